import type { ContextFile } from '../../engine/image-requests';
import type { ExtraCertificate } from '../types';
import { shellStep } from './step';

/** Where Debian's and Alpine's tool looks for certificates that a machine's owner adds. */
const folder = '/usr/local/share/ca-certificates';

/** The trust store as one file: Debian's and Alpine's name for it, which Fedora's gets too. */
const bundle = '/etc/ssl/certs/ca-certificates.crt';
const fedoraBundle = '/etc/pki/tls/certs/ca-bundle.crt';
const aptSetting = '/etc/apt/apt.conf.d/90berth-certificates';

/** Where the files lie in the build context. */
const context = '.berth/certificates';

/** The files of the build context. */
export function certificateFiles(certificates: readonly ExtraCertificate[]): ContextFile[] {
  return certificates.map(({ name, pem }) => ({ path: `${context}/${name}`, content: pem, mode: 0o644 }));
}

/**
 * Before the first package is fetched: the mirror itself may be behind one of these authorities. An image without any
 * trust store trusts them alone until it has one.
 */
export function firstTrust(certificates: readonly ExtraCertificate[]): string[] {
  if (certificates.length === 0) return [];
  const files = `${folder}/berth-*.crt`;
  const all = '/tmp/berth-certificates.crt';
  return [
    `COPY ${context}/ ${folder}/`,
    shellStep('certificates', [
      `for file in ${bundle} ${fedoraBundle}; do [ ! -s $file ] || cat ${files} >>$file; done`,
      `{ [ -s ${bundle} ] || [ ! -d /etc/apt/apt.conf.d ] || { cat ${files} >${all} && echo 'Acquire::https::CAInfo "${all}";' >${aptSetting}; }; }`,
    ]),
  ];
}

/**
 * When the trust store's own tool is there: it takes them in, so that they stay through its updates. Programs that bring
 * a store of their own are pointed to the system's by the variables that they read.
 */
export function lastingTrust(certificates: readonly ExtraCertificate[]): string[] {
  if (certificates.length === 0) return [];
  const anchors = '/etc/pki/ca-trust/source/anchors';
  return [
    shellStep('trust', [
      `rm -f ${aptSetting} /tmp/berth-certificates.crt`,
      `{ if command -v update-ca-trust >/dev/null && [ -d ${anchors} ]; then { cp ${folder}/berth-*.crt ${anchors}/ && update-ca-trust; }; elif command -v update-ca-certificates >/dev/null; then update-ca-certificates; fi || true; }`,
      `{ [ -e ${bundle} ] || ln -s ${fedoraBundle} ${bundle}; }`,
      // Whatever the tool made of it, what counts is that they are in there: each is known by its last line.
      `for file in ${folder}/berth-*.crt; do grep -qF -e "$(tail -n 2 "$file" | head -n 1)" ${bundle} || cat "$file" >>${bundle}; done`,
    ]),
    `ENV SSL_CERT_FILE=${bundle} NODE_EXTRA_CA_CERTS=${bundle} REQUESTS_CA_BUNDLE=${bundle}`,
  ];
}
