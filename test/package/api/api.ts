import { join } from 'node:path';
import * as ts from 'typescript';

const printer = ts.createPrinter({ removeComments: true });

/**
 * What the entry points of the project in `root` export, as text: one declaration for every name.
 *
 * Read from the declaration files that TypeScript would write, so neither bodies nor `@internal` members are in it. Where something is
 * declared, in which order, and what an inherited class is called inside the package make no difference.
 */
export function apiOf(root: string): Record<string, string> {
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.build.json'), {}, ts.sys as never)!;
  const entries = Object.entries(options.paths!).map(([name, [file]]) => [name, join(root, file!)] as const);
  const types = join(root, 'types');
  const fileOf = (source: string) => source.replace(root, types).replace(/\.ts$/, '.d.ts');

  // The first program writes the declaration files, into memory; the second one reads them.
  const declarations = new Map<string, string>();
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => declarations.has(file) || disk.fileExists(file),
    readFile: (file) => declarations.get(file) ?? disk.readFile(file),
    getSourceFile: (file, language) => {
      if (!parsed.has(file)) {
        const text = host.readFile(file);
        parsed.set(file, text === undefined ? undefined : ts.createSourceFile(file, text, language));
      }
      return parsed.get(file);
    },
  };
  delete host.directoryExists;
  const output = { noEmit: false, declaration: true, emitDeclarationOnly: true, declarationDir: types, rootDir: root, noCheck: true };
  ts.createProgram(fileNames, { ...options, ...output }, host).emit(undefined, (file, text) => declarations.set(file, text));
  const files = entries.map(([, source]) => fileOf(source));
  const program = ts.createProgram(files, { ...options, paths: {} }, host);
  const checker = program.getTypeChecker();

  return Object.fromEntries(
    entries.map(([name, source]) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(fileOf(source))!)!;
      const names = checker.getExportsOfModule(module).sort((a, b) => compare(a.name, b.name));
      return [name, names.map((symbol) => describe(symbol, checker)).join('\n')];
    }),
  );
}

function describe(exported: ts.Symbol, checker: ts.TypeChecker): string {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const renamed = symbol.name === exported.name ? '' : `// ${exported.name} is:\n`;
  return renamed + (symbol.declarations ?? []).map((declaration) => print(declaration, checker)).join('');
}

function print(declaration: ts.Declaration, checker: ts.TypeChecker): string {
  const text = (node: ts.Node) => {
    const code = printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
    // Where an inferred type comes from is not part of it.
    return code
      .replaceAll(/\bimport\("\.[^"]*"\)\./g, '')
      .replaceAll(/\s+/g, ' ')
      .replace(/^(export |declare )+/, '');
  };
  if (ts.isVariableDeclaration(declaration)) return `const ${text(declaration)};\n`;
  if (!ts.isClassDeclaration(declaration) && !ts.isInterfaceDeclaration(declaration)) return `${text(declaration)}\n`;

  const type = checker.getTypeAtLocation(declaration) as ts.InterfaceType;
  const list = (word: string, items: readonly string[]) => (items.length > 0 ? `${word}${items.join(', ')}` : '');
  const parameters = list('<', (declaration.typeParameters ?? []).map(text));
  // The types, as an expression may have any name: `class Transmission extends withoutConstructor(Observable)`.
  const bases = checker.getBaseTypes(type).map((base) => checker.typeToString(base, undefined, ts.TypeFormatFlags.NoTruncation));
  const contracts = (declaration.heritageClauses ?? []).filter(({ token }) => token === ts.SyntaxKind.ImplementsKeyword);
  const head = [
    ts.isInterfaceDeclaration(declaration) ? 'interface' : isModified(declaration, ts.ModifierFlags.Abstract) ? 'abstract class' : 'class',
    `${declaration.name!.text}${parameters && `${parameters}>`}`,
    list('extends ', bases),
    list(
      'implements ',
      contracts.flatMap(({ types }) => types.map(text)),
    ),
  ];
  const members = [...declaration.members]
    .filter((member) => !isModified(member, ts.ModifierFlags.Private) && !(member.name && ts.isPrivateIdentifier(member.name)))
    .sort((a, b) => compare(a.name?.getText() ?? '', b.name?.getText() ?? ''));
  return `${head.filter(Boolean).join(' ')} {\n${members.map((member) => `  ${text(member)}\n`).join('')}}\n`;
}

function isModified(declaration: ts.Declaration, flag: ts.ModifierFlags): boolean {
  return (ts.getCombinedModifierFlags(declaration) & flag) !== 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
