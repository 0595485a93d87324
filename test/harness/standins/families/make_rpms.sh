#!/bin/sh
# make_rpms REPOSITORY NAME…: packs what /packages/NAME.files lists as an rpm, and all of them as a repository for dnf.
set -e
repository=$1
shift
mkdir -p "$repository" /etc/yum.repos.d
for name in "$@"; do
  {
    printf 'Name: %s\nVersion: 1.0\nRelease: 1\nSummary: stands in\nLicense: none\nAutoReqProv: no\nProvides: /bin/sh\n' "$name"
    printf '%%global debug_package %%{nil}\n%%global __os_install_post %%{nil}\n%%description\n.\n'
    printf '%%install\nmkdir -p %%{buildroot}\ntar -C / -cf - -T /packages/%s.files | tar -C %%{buildroot} -xf -\n' "$name"
    printf '%%files -f /packages/%s.files\n' "$name"
    [ "$name" != openssh-server ] || printf '%%pre\ngrep -q ^sshd: /etc/passwd || echo sshd:x:74:74::/run/sshd:/sbin/nologin >>/etc/passwd\n'
  } >"/tmp/$name.spec"
  rpmbuild -bb --quiet --define "_rpmdir $repository" --define '_build_id_links none' --define '_binary_payload w1.gzdio' "/tmp/$name.spec"
done
createrepo_c --quiet "$repository"
printf '[testbed]\nname=testbed\nbaseurl=file://%s\nenabled=1\ngpgcheck=0\n' "$repository" >/etc/yum.repos.d/testbed.repo
