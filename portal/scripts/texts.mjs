// What `text.mjs` checks; by TypeScript's own parser, so that comments and code are no text.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** Attributes that people read or hear. */
const SPOKEN = new Set(['title', 'label', 'placeholder', 'alt', 'aria-label', 'description', 'message', 'tooltip', 'okText', 'cancelText', 'hint', 'lead', 'summary', 'extra', 'help', 'about', 'subTitle', 'addonBefore', 'addonAfter', 'suffix', 'prefix', 'unit']);
const WORD = /\p{L}{2,}/u;
const HAN = /\p{Script=Han}/u;
const PLURAL = /_(zero|one|two|few|many|other)$/;

export async function checkTexts(root) {
  const files = (await readdir(root, { recursive: true })).map((name) => join(root, name));
  const locales = await readLocales(files.filter((name) => /locales\/(zh|en)\/[\w-]+\.json$/.test(name)));
  const faults = parity(locales);
  for (const path of files.filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name))) {
    const source = await readFile(path, 'utf8');
    faults.push(...checkSource(relative(root, path), source, locales));
  }
  return faults;
}

/** Faults of one file; `locales` is {zh: {view: Set of keys}, en: ...}. */
export function checkSource(name, source, locales) {
  const faults = [];
  const tree = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
  const at = (node) => `${name}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const visit = (node, outer) => {
    const spaces = ts.isFunctionLike(node) ? new Map([...outer, ...namespacesOf(node)]) : outer;
    if (ts.isJsxText(node) && WORD.test(node.text)) faults.push(`${at(node)}: text outside the language files: ${node.text.trim()}`);
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer) && WORD.test(node.initializer.text)) {
      faults.push(`${at(node)}: text outside the language files: ${node.initializer.text}`);
    }
    if (ts.isStringLiteralLike(node) && HAN.test(node.text) && !/theme|i18n/.test(name)) faults.push(`${at(node)}: text outside the language files: ${node.text}`);
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && spaces.has(node.expression.text)) {
      const key = node.arguments[0];
      if (key && ts.isStringLiteralLike(key)) {
        const [space, path] = key.text.includes(':') ? key.text.split(':') : [spaces.get(node.expression.text), key.text];
        for (const language of ['zh', 'en']) {
          if (!locales[language]?.[space]?.has(path)) faults.push(`${at(node)}: no text ${space}:${path} in ${language}`);
        }
      }
    }
    ts.forEachChild(node, (child) => visit(child, spaces));
  };
  visit(tree, namespacesOf(tree));
  return faults;
}

/** Which name of a translating function speaks which view's texts in a function: `const { t } = useTranslation('view')`. */
function namespacesOf(scope) {
  const spaces = new Map();
  const visit = (node) => {
    if (node !== scope && ts.isFunctionLike(node)) return;
    if (ts.isVariableDeclaration(node) && node.initializer && ts.isCallExpression(node.initializer) && node.initializer.expression.getText() === 'useTranslation' && ts.isObjectBindingPattern(node.name)) {
      const first = node.initializer.arguments[0];
      const given = first && ts.isArrayLiteralExpression(first) ? first.elements[0] : first;
      const space = given && ts.isStringLiteralLike(given) ? given.text : 'common';
      for (const element of node.name.elements) {
        if ((element.propertyName ?? element.name).getText() === 't') spaces.set(element.name.getText(), space);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(scope);
  return spaces;
}

function keysOf(texts, before = '') {
  return Object.entries(texts).flatMap(([key, value]) => (typeof value === 'string' ? [before + key.replace(PLURAL, '')] : keysOf(value, `${before}${key}.`)));
}

async function readLocales(files) {
  const locales = { zh: {}, en: {} };
  for (const file of files) {
    const [, language, view] = /locales\/(zh|en)\/([\w-]+)\.json$/.exec(file);
    locales[language][view] = new Set(keysOf(JSON.parse(await readFile(file, 'utf8'))));
  }
  return locales;
}

export function parity({ zh, en }) {
  const faults = [];
  for (const view of new Set([...Object.keys(zh), ...Object.keys(en)])) {
    const here = zh[view] ?? new Set();
    const there = en[view] ?? new Set();
    for (const key of there) if (!here.has(key)) faults.push(`locales/zh/${view}.json: no ${key}`);
    for (const key of here) if (!there.has(key)) faults.push(`locales/en/${view}.json: no ${key}`);
  }
  return faults;
}
