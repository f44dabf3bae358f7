import { join, relative } from 'node:path';
import * as ts from 'typescript';
import { isMember, namesOfReports, namesOfRxjs, type Member } from './outside';

/** Rooms that nobody outside sees, except through what the API reports print. */
const INTERNAL = /^src\/(core|channel|policy|time|util|threads|controllers|testing)\//;
/** What takes any object, and so may show its properties to anybody. */
const OPEN = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive | ts.TypeFlags.TypeParameter;
/** What reads the names of an object's properties. */
const LISTS = /^(Object\.(keys|entries)|JSON\.stringify)$/;

export interface Names {
  /** Why the names that must stay as they are must. */
  readonly fixed: ReadonlyMap<string, string>;
  /** How often a name is used. What every application loads counts most, the test helpers do not count. */
  readonly uses: ReadonlyMap<string, number>;
}

/** Reads every occurrence of every property name in the sources in `root`, with the types that it has there. */
export function readNames(root: string): Names {
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.build.json'), {}, ts.sys as never)!;
  const program = ts.createProgram(fileNames, options);
  const checker = program.getTypeChecker();
  const fixed = new Map<string, string>();
  const uses = new Map<string, number>();
  const defined = new Set<string>();
  const fileOf = (node: ts.Node) => relative(root, node.getSourceFile().fileName);
  const fix = (name: string, why: string, node: ts.Node) => fixed.has(name) || fixed.set(name, `${why} in ${fileOf(node)}`);

  const isInside = (node: ts.Declaration) =>
    INTERNAL.test(fileOf(node)) ||
    (fileOf(node).startsWith('src/') && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0);

  /** Whatever it may be there, has to be declared inside. */
  const resolve = (name: ts.Node, found: ts.Symbol | undefined) => {
    const declarations = found && checker.getRootSymbols(found).map((symbol) => symbol.declarations);
    if (!declarations?.every((list) => list?.length)) fix(name.getText(), 'of an unknown object', name);
    for (const declaration of declarations?.flat() ?? []) {
      if (declaration && !isInside(declaration)) fix(name.getText(), 'declared', declaration);
    }
  };
  const use = (name: ts.Node) => {
    const weight = fileOf(name).startsWith('src/testing/') ? 0 : /^src\/(controllers|threads)\//.test(fileOf(name)) ? 1 : 1000;
    if (ts.isIdentifier(name) && weight > 0) uses.set(name.text, (uses.get(name.text) ?? 0) + weight);
  };
  const readMember = (node: Member) => {
    const { name } = node;
    const outer = ts.isParameter(node) ? node.parent.parent : node.parent;
    resolve(name, checker.getSymbolAtLocation(name));
    if (!ts.isInterfaceDeclaration(outer) && !ts.isTypeLiteralNode(outer)) {
      use(name);
      if (isInside(node)) defined.add(name.getText());
    }
    // What it is for: the members that are expected of a literal, and those of the bases of a class.
    const isLiteral = ts.isObjectLiteralExpression(outer);
    const bases =
      ts.isClassLike(outer) || ts.isInterfaceDeclaration(outer) ? (outer.heritageClauses ?? []).flatMap(({ types }) => types) : [];
    const expected = isLiteral ? [checker.getContextualType(outer)] : bases.map((base) => checker.getTypeAtLocation(base));
    for (const type of expected.flatMap((one) => (one?.isUnion() ? one.types : (one ?? [])))) {
      if (isLiteral && (type.flags & OPEN || type.getStringIndexType())) fix(name.getText(), 'given to anybody', name);
      const property = checker.getPropertyOfType(type, name.getText());
      if (property) resolve(name, property);
    }
  };

  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    // A string may be a key, now or later.
    if (ts.isStringLiteralLike(node)) fix(node.text, 'a string', node);
    else if (ts.isPropertyAccessExpression(node)) {
      use(node.name);
      resolve(node.name, checker.getSymbolAtLocation(node.name));
    } else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent) && !node.dotDotDotToken) {
      const name = node.propertyName ?? node.name;
      use(name);
      resolve(name, checker.getTypeAtLocation(node.parent).getProperty(name.getText()));
    } else if (isMember(node)) readMember(node);
    else if (ts.isCallExpression(node) && LISTS.test(node.expression.getText())) {
      const listed = checker.getTypeAtLocation(node.arguments[0]!);
      if (listed.flags & ts.TypeFlags.Object) for (const { name } of listed.getProperties()) fix(name, 'listed', node);
    }
    // A type made up for a foreign object.
    const isAsked = (ts.isPropertySignature(node) || ts.isMethodSignature(node)) && ts.findAncestor(node, ts.isAsExpression);
    if (isAsked) fix(node.name.getText(), 'asked of any object', node);
  };
  for (const file of fileNames) visit(program.getSourceFile(file)!);

  for (const name of [...namesOfReports(), ...namesOfRxjs(program, checker)]) fixed.set(name, 'public, or a name of RxJS');
  for (const name of uses.keys()) if (!defined.has(name)) fixed.set(name, fixed.get(name) ?? 'of no object of the library');
  return { fixed, uses };
}
