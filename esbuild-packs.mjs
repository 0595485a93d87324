// Puts the chunks of a split build into few files.
//
// esbuild makes a chunk for each set of entries that share something: with many `import()`s that is a hundred and more,
// mostly tiny, and each one read costs a process a quarter of a millisecond. Here chunks lie together in a file, a pack,
// as long as nobody reads one of them who has no use for the others. That is told by the imports alone: what an entry
// shares with whoever must have been there before it (`up` with the core that loads it) is no reason for a file apart. A
// small pack joins one that all who read it read anyway.
// In its pack a chunk is a function that runs when the chunk is first asked for, so that the order stays what it was; once in
// a process, also where it lies in two packs.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/**
 * @param {Record<string, { imports: { path: string, kind: string, external?: boolean }[], entryPoint?: string }>} outputs
 *   esbuild's account of what it wrote
 * @param {Map<string, string>} codes each chunk's code as CommonJS, by its name without `.js`
 * @param {readonly string[]} mains the entries that are files of their own name
 * @param {readonly string[]} spared those of them that read nothing but what they want themselves
 * @param {readonly string[]} whole those of them whose pack has a copy of all that they ask for at once: one file to read
 * @returns {Map<string, string>} the files' texts by their names
 */
export function packsOf(outputs, codes, mains, spared, whole) {
  const graph = graphOf(outputs);
  const members = joined(packedBy(graph, mains), codes, spared);
  const fileOf = new Map();
  for (const { label, names } of members) {
    const file = `${label}-${digest(names.map((name) => codes.get(name)))}.js`;
    for (const name of names) fileOf.set(name, file);
  }
  const files = new Map();
  for (const { names } of members) {
    const file = fileOf.get(names[0]);
    const here = new Set([
      ...names,
      ...names.filter((name) => whole.includes(name)).flatMap((name) => [...reachOf(graph, name)]),
    ]);
    const parts = [...here].map((name) => {
      const code = codes.get(name).replace(/\brequire\("\.\/([^"/]+)\.js"\)/g, (request, asked) => {
        if (!fileOf.has(asked)) return request;
        return here.has(asked) ? `$part("${asked}")` : `require("./${fileOf.get(asked)}")("${asked}")`;
      });
      return `"${name}":(function(module,exports,$tell){${code}\n})`;
    });
    files.set(file, `var $parts={${parts.join(',\n')}};\n${asking}`);
  }
  // The text of a main file stands for all that it can load: who has a copy of it can tell by it whether that is the same.
  const build = digest([...files.values()]);
  for (const name of mains) {
    files.set(`${name}.js`, `// Build ${build}\nmodule.exports=require("./${fileOf.get(name)}")("${name}");\n`);
  }
  return files;
}

const asking = `var $made=globalThis[Symbol.for("berth:"+__dirname)]??={};
function $part(name){
if($made[name]===undefined){
let module=$made[name]={exports:{}},exports=Object.defineProperty(module.exports,"__esModule",{value:true});
$parts[name](module,exports,(names)=>{for(let one in names)Object.defineProperty(exports,one,{get:names[one],enumerable:true})})}
return $made[name].exports}
module.exports=$part;
`;

function digest(texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest('hex').slice(0, 8).toUpperCase();
}

/** Who asks for whom: at once when it is loaded, or later. */
function graphOf(outputs) {
  const graph = new Map();
  for (const [path, { imports, entryPoint }] of Object.entries(outputs)) {
    const inside = imports.filter(({ external }) => external !== true);
    const named = (later) =>
      inside.filter(({ kind }) => (kind === 'dynamic-import') === later).map(({ path }) => basename(path, '.js'));
    graph.set(basename(path, '.js'), { now: named(false), later: named(true), entry: entryPoint !== undefined });
  }
  return graph;
}

/** Packs of the chunks that are there for the same entries: those, a name for the file, and the chunks. */
function packedBy(graph, mains) {
  const entries = [...graph.keys()].filter((name) => graph.get(name).entry);
  const reach = new Map(entries.map((name) => [name, reachOf(graph, name)]));
  const everything = new Set(graph.keys());
  // What is there for sure before an entry is loaded: less and less is, until nothing contradicts it.
  const before = new Map(entries.map((name) => [name, mains.includes(name) ? new Set() : everything]));
  const askers = new Map(entries.map((name) => [name, askersOf(graph, reach, name)]));
  for (let changed = true; changed;) {
    changed = false;
    for (const name of entries) {
      if (mains.includes(name)) continue;
      const sure = new Set(
        [...before.get(name)].filter((chunk) =>
          askers.get(name).every((asker) => before.get(asker).has(chunk) || reach.get(asker).has(chunk)),
        ),
      );
      if (sure.size === before.get(name).size) continue;
      before.set(name, sure);
      changed = true;
    }
  }
  const packs = new Map();
  for (const chunk of [...graph.keys()].sort()) {
    const wanting = entries.filter((name) => reach.get(name).has(chunk) && !before.get(name).has(chunk)).sort();
    const label = wanting.length === 1 ? wanting[0].replace(/-[0-9A-Z]{8}$/, '') : 'shared';
    const pack = packs.get(wanting.join()) ?? { wanting, label, names: [] };
    pack.names.push(chunk);
    packs.set(wanting.join(), pack);
  }
  return [...packs.values()];
}

/** Bytes up to which reading a pack costs more than what is in it. */
const small = 16 * 1024;

/**
 * With each small pack laid into the smallest that whoever wants it wants too. What a spared entry does not want itself is
 * kept from it.
 */
function joined(packs, codes, spared) {
  const size = ({ names }) => names.reduce((sum, name) => sum + codes.get(name).length, 0);
  const bySize = together(packs, spared, size).sort((a, b) => size(a) - size(b));
  const left = new Set(bySize);
  for (const pack of bySize) {
    if (size(pack) > small) continue;
    const holds = ({ wanting }) =>
      pack.wanting.every((name) => wanting.includes(name)) &&
      spared.every((name) => wanting.includes(name) === pack.wanting.includes(name));
    const [host] = [...left].filter((one) => one !== pack && holds(one)).sort((a, b) => size(a) - size(b));
    if (host === undefined) continue;
    host.names.push(...pack.names);
    left.delete(pack);
  }
  return [...left];
}

/**
 * With the small packs that the same spared entries want beside others laid into one: each file more takes an editor's start as
 * long as 15 KB of script, and who wants but one of them has little to read in vain.
 */
function together(packs, spared, size) {
  const bySpared = new Map();
  const key = (pack) => spared.filter((name) => pack.wanting.includes(name)).join();
  const isOne = (pack) => key(pack) !== '' && pack.wanting.length > 1 && size(pack) <= small;
  for (const pack of packs.filter(isOne)) {
    const one = bySpared.get(key(pack)) ?? { wanting: [], label: 'shared', names: [] };
    one.wanting = [...new Set([...one.wanting, ...pack.wanting])].sort();
    one.names.push(...pack.names);
    bySpared.set(key(pack), one);
  }
  return [...packs.filter((pack) => !isOne(pack)), ...bySpared.values()];
}

function reachOf(graph, from, found = new Set()) {
  if (found.has(from)) return found;
  found.add(from);
  for (const next of graph.get(from).now) reachOf(graph, next, found);
  return found;
}

/** The entries with which comes a chunk that asks for this one later. */
function askersOf(graph, reach, name) {
  const asking = [...graph.keys()].filter((chunk) => graph.get(chunk).later.includes(name));
  return [...reach.keys()].filter((entry) => asking.some((chunk) => reach.get(entry).has(chunk)));
}
