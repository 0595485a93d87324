/** Where a home volume keeps what images have put into it. Below the home folder. */
export const manifestPath = '.local/state/berth/home-files';

/** All plain files below the current folder with their hashes; names that a line cannot hold are left out. */
const listFiles = [
  'find . -xdev -path ./.local/state/berth -prune -o -type f',
  "! -path '*\n*' ! -path '*\\\\*' -exec sha256sum {} + 2>/dev/null || true",
].join(' ');

/** Written into a new home volume, which holds what the image has there and no more. Arguments: the home folder. */
export const firstManifest = [
  'set -e',
  'cd "$1"',
  'mkdir -p .local/state/berth',
  `{ ${listFiles}; } >${manifestPath}.new`,
  `mv ${manifestPath}.new ${manifestPath}`,
].join('\n');

/** Prints the volume's manifest, the image's files, and what the volume has in their places. Arguments: the two folders. */
export const compareHomes = [
  'set -e',
  'cd "$1"',
  `{ ${listFiles}; } >/tmp/berth-image`,
  'cd "$2"',
  `if [ -f ${manifestPath} ]; then echo =before; cat ${manifestPath}; fi`,
  'echo =image',
  'cat /tmp/berth-image',
  'echo =volume',
  "sed 's/^[0-9a-f]* [ *]//' /tmp/berth-image | while IFS= read -r path; do",
  '  if [ -L "$path" ]; then printf "other  %s\\n" "$path"',
  '  elif [ -f "$path" ]; then printf "%s\\0" "$path" >>/tmp/berth-there',
  '  elif [ -e "$path" ]; then printf "other  %s\\n" "$path"; fi',
  'done',
  '[ ! -f /tmp/berth-there ] || xargs -0 sha256sum </tmp/berth-there 2>/dev/null || true',
].join('\n');

/**
 * Copies files of the image's home into the volume, each put in its place as a whole, and writes the manifest. Arguments:
 * the two folders, and how many lines of stdin are folders, and how many are files; what follows them is the manifest.
 */
export const copyHome = [
  'set -e',
  'image=$1; volume=$2; folders=$3; files=$4',
  'cat >/tmp/berth-in',
  'head -n "$folders" /tmp/berth-in >/tmp/berth-folders',
  'tail -n "+$((folders + 1))" /tmp/berth-in | head -n "$files" >/tmp/berth-files',
  'mkdir -p "$volume/.local/state/berth"',
  'stage=$volume/.local/state/berth/incoming',
  'rm -rf "$stage"',
  'if [ "$files" -gt 0 ]; then',
  '  mkdir "$stage"',
  '  tar -C "$image" -cf - -T /tmp/berth-files | tar -C "$stage" -xpf -',
  '  while IFS= read -r folder; do',
  '    [ -e "$volume/$folder" ] || [ -L "$volume/$folder" ] || {',
  '      mkdir "$volume/$folder" && chmod "$(stat -c %a "$image/$folder")" "$volume/$folder"',
  '    }',
  '  done </tmp/berth-folders',
  // A second name for the staged file, so that no reader ever finds half of one.
  '  cp -rlf "$stage/." "$volume/"',
  '  rm -rf "$stage"',
  'fi',
  `tail -n "+$((folders + files + 1))" /tmp/berth-in >"$volume/${manifestPath}.new"`,
  `mv "$volume/${manifestPath}.new" "$volume/${manifestPath}"`,
].join('\n');
