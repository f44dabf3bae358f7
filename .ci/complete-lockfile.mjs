// Adds the optional packages of other platforms that package-lock.json lacks.
//
// npm leaves out an optional package that it cannot find when it writes the lockfile (a mirror without macOS or Windows binaries is enough),
// and `npm ci` then refuses that lockfile, on every machine. All that npm needs of a package for another platform is its version, which the
// package that wants it pins, and its platform, which its name says. Run this after every change of dependencies; it changes nothing else.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = {};

for (const { dev, optionalDependencies = {} } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const key = `node_modules/${name}`;
    if (Object.keys(lock.packages).some((path) => path === key || path.endsWith(`/${key}`))) continue;
    if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name}: ${version} is not one version; add it by hand`);
    const { cpu, os, libc } = platform(name);
    missing[key] = { version, cpu, ...(dev && { dev }), ...(libc && { libc }), optional: true, ...(os && { os }) };
  }
}

const packages = Object.entries({ ...lock.packages, ...missing });
lock.packages = Object.fromEntries(packages.sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${Object.keys(missing).length} packages of other platforms added`);

function platform(name) {
  const match =
    /-(android|darwin|freebsd|linux|openbsd|openharmony|win32)-(arm|arm64|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/.exec(name);
  if (name.endsWith('-wasm32-wasi')) return { cpu: ['wasm32'] };
  if (match === null) throw new Error(`${name}: cannot tell its platform; add it by hand`);
  const [, os, cpu, abi = ''] = match;
  const libc = os === 'linux' && (abi.startsWith('gnu') ? 'glibc' : 'musl');
  return { cpu: [cpu], os: [os], ...(libc && { libc: [libc] }) };
}
