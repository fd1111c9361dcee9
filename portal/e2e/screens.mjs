// Pictures of every screen, full and empty, in both languages, on a desk and a phone: `node e2e/screens.mjs <demo home> <folder>
// [--before] [--missing] [--faults] [--seat=zh-390] [name ...]`. People look at them, and axe does; nothing is compared by machine.
// `--before` takes those that show the story of furnace B-7 before engineers went on with it, `--missing` leaves out pictures
// that are there already, `--faults` takes no pictures, only axe's word.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe } from './axe.mjs';
import { House, launch, sit, visit } from './browser.mjs';
import { emptied, gallery } from './gallery.mjs';

const [home, folder, ...words] = process.argv.slice(2);
const flags = new Set(words.filter((word) => word.startsWith('--')));
const names = new Set(words.filter((word) => !word.startsWith('--')));
const house = new House(home);
mkdirSync(folder, { recursive: true });
const say = (text) => process.stdout.write(`${text}\n`);

const ALL_SEATS = ['zh', 'en'].flatMap((language) => [390, 1440].map((width) => ({ language, width })));
const SEATS = ALL_SEATS.filter(({ language, width }) => ![...flags].some((flag) => flag.startsWith('--seat=')) || flags.has(`--seat=${language}-${width}`));
const file = ({ name }, { language, width }) => join(folder, `${name}-${language}-${width}.png`);

function wanted(screen, seat) {
  if (names.size > 0) return names.has(screen.name);
  if ((screen.before === true) !== flags.has('--before')) return false;
  return !flags.has('--missing') || !existsSync(file(screen, seat));
}

/** People who sit at this kind of screen: each signs in once. */
class Room {
  constructor(browser, seat) {
    Object.assign(this, { browser, seat, people: new Map() });
  }

  async person({ who, empty = false, stranger = false, alone = false }) {
    const key = `${who} ${empty} ${stranger} ${alone}`;
    if (!this.people.has(key)) this.people.set(key, await this.enter(who, { empty, stranger }));
    return this.people.get(key);
  }

  async enter(who, { empty, stranger }) {
    const [player, user] = who.split(':');
    if (stranger) return visit(this.browser, house, player, this.seat);
    const person = await sit(this.browser, house, player, this.seat, user === undefined ? house.access(player) : house.person(player, user));
    if (empty) await emptied(person);
    return person;
  }

  async leave() {
    for (const person of this.people.values()) await person.leave();
  }
}

async function picture(person, screen, seat) {
  const { page } = person;
  if (screen.stranger === true) await page.goto(person.house.url(person.player));
  else await person.open(screen.path);
  if (screen.act !== undefined) await screen.act(person);
  await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
  await page.waitForFunction(() => document.querySelector('.ant-skeleton, .ant-spin-spinning') === null, null, { timeout: 30_000 }).catch(() => undefined);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(300);
  const found = await axe(page);
  if (!flags.has('--faults')) await whole(page, file(screen, seat));
  return found;
}

const MOST_PX = 6_000;

/** The page at its full height, as on a screen that is as high: what is fixed to an edge stays there. */
async function whole(page, path) {
  const { width, height } = page.viewportSize();
  const full = await page.evaluate(() => document.documentElement.scrollHeight);
  if (full > height) {
    await page.setViewportSize({ width, height: Math.min(full, MOST_PX) });
    await page.waitForTimeout(200);
  }
  await page.screenshot({ path });
  await page.setViewportSize({ width, height });
}

const screens = gallery(home);
for (const name of names) if (!screens.some((one) => one.name === name)) say(`there is no screen ${name}; there are: ${screens.map((one) => one.name).join(' ')}`);
const all = SEATS.flatMap((seat) => screens.filter((screen) => wanted(screen, seat)).map((screen) => ({ seat, screen })));
let done = 0;
let faults = 0;
const browser = await launch();
for (const seat of SEATS) {
  const room = new Room(browser, seat);
  for (const { screen } of all.filter((one) => one.seat === seat)) {
    done += 1;
    const start = performance.now();
    const label = `${String(done).padStart(3)}/${all.length} ${screen.name}, ${seat.language}, ${seat.width} px`;
    try {
      const person = await room.person(screen);
      const found = [...(await picture(person, screen, seat)).map((fault) => `axe, ${fault}`), ...person.faults.splice(0)];
      faults += found.length;
      for (const fault of found) say(`FAULT ${label}: ${fault}`);
      say(`${label} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      faults += 1;
      say(`FAULT ${label}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
  }
  await room.leave();
}
await browser.close();
say(faults === 0 ? `${done} screens, all well` : `${done} screens, ${faults} faults`);
process.exit(faults === 0 ? 0 : 1);
