import { shellQuote } from '../../quote';
import { aptGet } from './apt';
import { familyInstall, familyStep } from './families';
import { cacheFolder, type StepStyle } from './step';

/**
 * Every container needs these: sshd for the Line and Remote-SSH, git for the editor, ps and kill for cancelling, s6 for
 * services: it is 3 MB, and a template that comes to have services needs no build. Alpine lacks what an editor's server
 * brings no copy of: bash and the C++ library.
 */
const packages = {
  apt: ['ca-certificates', 'git', 'openssh-server', 'procps', 's6'],
  apk: ['bash', 'ca-certificates', 'git', 'libstdc++', 'openssh-server', 'procps', 's6'],
  // Fedora's git without Perl. Its family has no s6: a container with services says so.
  dnf: ['ca-certificates', 'git-core', 'openssh-server', 'procps-ng'],
};

const certificates = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

/** A test of the shell: whether an image has all of it already, whoever put it there. */
export const baseToolsThere = [
  '[ -x /usr/sbin/sshd ]',
  'command -v git >/dev/null',
  'command -v ps >/dev/null',
  // Where it could not be installed, nothing would come of trying.
  '{ command -v s6-svscan >/dev/null || ! { command -v apt-get || command -v apk; } >/dev/null; }',
  `{ ${certificates.map((file) => `[ -s ${file} ]`).join(' || ')}; }`,
].join(' && ');

/** Texts for people that no container shows: its locale is C.UTF-8 and it has no `man`. Licences stay. */
const withoutTexts = [
  ...['doc', 'info', 'locale', 'man'].map((folder) => `--path-exclude=/usr/share/${folder}/*`),
  '--path-include=/usr/share/doc/*/copyright',
].map((option) => `-o ${shellQuote(`DPkg::Options::=${option}`)}`);

/**
 * Sets `$git` to what apt is to install; nothing where git is there. Debian's package asks for all of Perl, 49 MB that no
 * container needs to work with git since `git add -p` is no Perl script any more (2.37). So it is installed without that
 * dependency, as a version between this one and Debian's next: an upgrade brings back Debian's own, and what needs Perl
 * still brings it. The version says so.
 */
const leanGit = [
  'if command -v git >/dev/null; then git=;',
  'elif [ -e /usr/share/perl5/Error.pm ]; then git=git;',
  `else rm -rf ${cacheFolder}/git && mkdir -p ${cacheFolder}/git && cd ${cacheFolder}/git && git=git \\\n       `,
  `&& ${aptGet} -o APT::Sandbox::User=root download git && dpkg-deb -R git_*.deb lean && cd / \\\n       `,
  `&& if dpkg --compare-versions "$(dpkg-deb -f ${cacheFolder}/git/git_*.deb Version)" ge 1:2.37; then \\\n       `,
  `  sed -i -E -e '/^Depends:/s/, (lib[a-z]+-)?perl\\b[^,]*//g' -e '/^Version:/s/$/+berth/' ${cacheFolder}/git/lean/DEBIAN/control \\\n       `,
  `  && git=${cacheFolder}/git/git.deb && dpkg-deb -Znone -b ${cacheFolder}/git/lean "$git" >/dev/null; fi; fi`,
].join(' ');

/** Sets `$s6` to what apt is to install: nothing in a release, or by a list of sources, that does not have it. */
const s6IfThere = `{ if ${aptGet} download --print-uris s6 >/dev/null 2>&1; then s6=s6; else s6=; fi; }`;

/** The step that gives an image what Berth needs in it; where all is there already it installs nothing. */
export function baseToolsStep(style: StepStyle): string {
  const install = familyInstall(baseToolsThere, packages, {
    before: [leanGit, s6IfThere],
    words: packages.apt.map((name) => (['git', 's6'].includes(name) ? `$${name}` : name)).join(' \\\n      '),
    options: withoutTexts,
  });
  // A key that lies in an image is everyone's; sshd is given one of its own in each container.
  return familyStep('base', install, ['rm -f /etc/ssh/ssh_host_*', 'mkdir -p /run/sshd'], style);
}
