// A browser as people without a mouse use it, against nodes that really run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const PATIENCE_MS = 90_000;
const MOST_TABS = 160;
const LOCALES = new URL('../src/locales/', import.meta.url);

/** The demo's nodes: where they answer, and who may sign in. */
export class House {
  constructor(home) {
    this.home = home;
    this.ports = JSON.parse(readFileSync(join(home, 'ports.json'), 'utf8'));
  }

  url(player) {
    return `http://127.0.0.1:${this.ports[player]}`;
  }

  access(player) {
    return JSON.parse(readFileSync(join(this.home, 'nodes', player, 'demo-access.json'), 'utf8'));
  }

  /** One of several people at a node, by name. */
  person(player, user) {
    if (user === 'admin') return { user, password: this.access(player).admin_password };
    const people = JSON.parse(readFileSync(join(this.home, 'nodes', player, 'demo-people.json'), 'utf8'));
    return { user, password: people[user] };
  }

  handed(player, name) {
    return join(this.home, 'handed-over', player, name);
  }
}

/** The portal's own words, so that what is looked for is what a person reads. */
export function words(language) {
  const files = new Map();
  return (key, values = {}) => {
    const [file, path] = key.split(':');
    if (!files.has(file)) files.set(file, JSON.parse(readFileSync(new URL(`${language}/${file}.json`, LOCALES), 'utf8')));
    const text = path.split('.').reduce((found, name) => found?.[name], files.get(file));
    if (typeof text !== 'string') throw new Error(`no text ${key} in ${language}`);
    return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => String(values[name] ?? ''));
  };
}

export function launch() {
  return chromium.launch({ executablePath: process.env.CREDENCE_CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** Every request of a page goes to the node it came from; anything else is a fault of the portal. */
function watchRequests(page, origin, faults) {
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) faults.push(`a request left for ${url.origin}`);
  });
  page.on('pageerror', (error) => faults.push(`the page failed: ${error.message}`));
}

/** A person at a screen of this width, in this language, without a mouse; whoever the node's demo user is, unless named. */
export async function visit(browser, house, player, { language, width }, access = house.access(player)) {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 844 : 900 },
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const person = new Person(page, house, player, language, width, access);
  watchRequests(page, house.url(player), person.faults);
  await page.goto(house.url(player));
  return person;
}

/** As `visit`, signed in. */
export async function sit(browser, house, player, seat, access) {
  const person = await visit(browser, house, player, seat, access);
  await person.signIn();
  return person;
}

export class Person {
  constructor(page, house, player, language, width, access) {
    Object.assign(this, { page, house, player, language, width, access, faults: [] });
    this.t = words(language);
  }

  async signIn() {
    const { user, password } = this.access;
    const name = this.page.locator('form input[autocomplete=username]');
    if (await name.or(this.page.locator('form input[type=password]')).first().waitFor().then(() => name.isVisible())) {
      await this.fill(name, user);
    }
    await this.fill(this.page.locator('form input[type=password]'), password);
    await this.page.keyboard.press('Enter');
    await this.heading().waitFor();
  }

  heading() {
    return this.page.locator('.page h1').first();
  }

  /** Move the focus with Tab until it stands on (or in) what is meant; without a mouse there is no other way. */
  async reach(target) {
    await target.waitFor();
    for (let press = 0; press < MOST_TABS; press += 1) {
      if (await target.evaluate((node) => node === document.activeElement)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`the keyboard does not reach ${target}`);
  }

  async fill(target, text) {
    await this.reach(target);
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.insertText(text);
  }

  async press(target, key = 'Enter') {
    await this.reach(target);
    await this.page.keyboard.press(key);
  }

  /** A text that depends on a number; Chinese has one form for all. */
  counted(key, count) {
    const form = this.language === 'en' && count === 1 ? 'one' : 'other';
    return this.t(`${key}_${form}`, { count });
  }

  button(key, values) {
    return this.page.getByRole('button', { name: this.t(key, values), exact: false }).first();
  }

  /** Go to a screen by its address, as a bookmark does. */
  async open(path) {
    await this.page.goto(this.house.url(this.player) + path);
    await this.heading().waitFor();
  }

  /** Hand a file over where the page asks for one; the dialog is the system's, opened by the keyboard. */
  async hand(target, file, key = 'Enter') {
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), this.press(target, key)]);
    await chooser.setFiles(file);
  }

  drop(label) {
    return this.page.getByRole('button', { name: this.t(label) }).first();
  }

  async verdict() {
    const found = this.page.locator('[data-verdict]').first();
    await found.waitFor();
    return found.getAttribute('data-verdict');
  }

  /** The state of every part that is shown, by name. */
  parts() {
    return this.page.locator('[data-part]').evaluateAll((list) => Object.fromEntries(list.map((one) => [one.dataset.part, one.dataset.state])));
  }

  leave() {
    return this.page.context().close();
  }
}

export function check(holds, what) {
  if (!holds) throw new Error(what);
}

export function equal(found, wanted, what) {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${what}: ${one} instead of ${other}`);
}
