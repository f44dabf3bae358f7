import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as rxjs from 'rxjs';
import * as ts from 'typescript';

const REPORTS = 'test/package/api';

export type Member = (ts.ClassElement | ts.TypeElement | ts.ObjectLiteralElement | ts.ParameterDeclaration) & {
  readonly name: ts.PropertyName;
};

export function isMember(node: ts.Node): node is Member {
  return ts.isParameter(node)
    ? ts.isParameterPropertyDeclaration(node, node.parent)
    : (ts.isClassElement(node) || ts.isTypeElement(node) || ts.isObjectLiteralElement(node)) && node.name !== undefined;
}

/** All members that the API reports print, of whatever. */
export function namesOfReports(): string[] {
  const membersIn = (node: ts.Node): string[] => {
    const names = isMember(node) ? [node.name.getText()] : [];
    ts.forEachChild(node, (child) => void names.push(...membersIn(child)));
    return names;
  };
  const texts = readdirSync(REPORTS).flatMap((name) => (name.endsWith('.txt') ? readFileSync(join(REPORTS, name), 'utf8') : []));
  return texts.flatMap((text) => membersIn(ts.createSourceFile('report.ts', text, ts.ScriptTarget.Latest, true)));
}

/** The members of all classes of RxJS: as declared, and those that its objects have without telling. */
export function namesOfRxjs(program: ts.Program, checker: ts.TypeChecker): string[] {
  const file = program.getSourceFiles().find(({ fileName }) => fileName.endsWith('rxjs/dist/types/index.d.ts'))!;
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(file)!);
  const classes = symbols.map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  const types = classes.filter(({ flags }) => flags & ts.SymbolFlags.Class).map((symbol) => checker.getDeclaredTypeOfSymbol(symbol));
  const objects = [new rxjs.BehaviorSubject(0), new rxjs.ReplaySubject(1), new rxjs.AsyncSubject(), new rxjs.Subscriber()];
  const own = (object: object | null): string[] =>
    object ? [...Object.getOwnPropertyNames(object), ...own(Object.getPrototypeOf(object) as object | null)] : [];
  return [...types.flatMap((type) => type.getProperties().map(({ name }) => name)), ...objects.flatMap(own)];
}
