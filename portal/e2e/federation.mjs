// The federation and the models in a real browser, by keyboard alone, in both languages, at 390 and 1440 px, axe on every screen:
// `node e2e/federation.mjs [--answers | <folder for pictures>]`. The page is the built one; the answers are those of
// `federation_answers.mjs` (see `stand.mjs`).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { axe } from './axe.mjs';
import { check, launch, visit } from './browser.mjs';
import { answering, every, RUN } from './federation_answers.mjs';
import { Stand } from './stand.mjs';

const [given] = process.argv.slice(2);
if (given === '--answers') {
  await new Promise((resolve) => process.stdout.write(JSON.stringify(every()), resolve));
  process.exit(0);
}
const DIST = process.env.CREDENCE_DIST ?? fileURLToPath(new URL('../dist', import.meta.url));
const ALL_SEATS = [{ language: 'en', width: 1440 }, { language: 'zh', width: 390 }, { language: 'zh', width: 1440 }, { language: 'en', width: 390 }];
const SEATS = ALL_SEATS.slice(0, Number(process.env.CREDENCE_SEATS ?? ALL_SEATS.length));
const ONE = `/federation/${RUN.finished.slice(0, 32)}`;
const faults = [];
const say = (text) => process.stdout.write(`${text}\n`);
if (given !== undefined) mkdirSync(given, { recursive: true });

/** No serious fault of axe, nothing wider than the screen, and a picture for people. */
async function look(person, name) {
  const { page, language, width } = person;
  await page.waitForFunction(() => document.querySelector('.ant-skeleton, .ant-spin-spinning') === null);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(350);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 1) faults.push(`${name}, ${language} ${width}: ${wide} px wider than the screen`);
  faults.push(...(await axe(page)).map((fault) => `${name}, ${language} ${width}: ${fault}`));
  if (given === undefined) return;
  const { height } = page.viewportSize();
  await page.setViewportSize({ width, height: Math.min(6_000, Math.max(height, await page.evaluate(() => document.documentElement.scrollHeight))) });
  await page.waitForTimeout(200);
  await page.screenshot({ path: join(given, `${name}-${language}-${width}.png`) });
  await page.setViewportSize({ width, height });
}

const dialog = ({ page }) => page.getByRole('dialog').last();
const inDialog = (person, key, values) => dialog(person).getByRole('button', { name: person.t(key, values) }).first();
// antd may leave the icon of a button's last work in its name.
const exact = ({ page, t }, key) => page.getByRole('button', { name: new RegExp(`(^|\\s)${t(key)}$`) }).first();
const shows = (person, text) => person.page.getByText(text).first().waitFor();

async function federation(person, stand) {
  await person.open('/federation');
  await look(person, 'federation');
  // What leaves and what does not stands there column by column.
  await shows(person, person.t('federation:crossing.range', { low: 0, high: 150, unit: 'N·m' }));
  await person.press(exact(person, 'federation:plant.pause'));
  await exact(person, 'federation:plant.resume').waitFor();
  await person.press(person.page.getByText(person.t('federation:code.check')));
  await shows(person, person.t('federation:code.checkPinCommand'));
  await person.press(exact(person, 'federation:plant.leave'));
  await dialog(person).waitFor();
  await look(person, 'federation-leave');
  await dialog(person).getByText(RUN.finished.slice(0, 12)).first().waitFor();
  check(await inDialog(person, 'federation:plant.leave').isDisabled(), 'leaving needs a word that the consequences were read');
  await person.press(dialog(person).getByRole('checkbox'), 'Space');
  await person.press(inDialog(person, 'federation:plant.leave'));
  await shows(person, person.t('federation:plant.means.left'));
  check(stand.asked.filter(({ path }) => path.endsWith('/plant/leave')).length === 1, 'leaving is asked once');
}

async function oneRun(person, stand) {
  await person.open(ONE);
  await look(person, 'run');
  await shows(person, person.t('federation:parties.says.harmful'));
  await shows(person, person.t('federation:drift.between', { before: 1, after: 24 }));
  await person.press(person.button('federation:parties.without'));
  await dialog(person).getByText('milling-failure').first().waitFor();
  await look(person, 'run-leave');
  await person.press(inDialog(person, 'federation:leave.runDo'));
  await person.press(inDialog(person, 'federation:leave.close'));
  check(stand.asked.some(({ path, body }) => path.endsWith('/leave') && body.includes('party')), 'the party is named');
  await person.open(`/federation/${RUN.running.slice(0, 32)}`);
  await shows(person, person.t('federation:parties.reason.one-bucket'));
  await shows(person, person.t('federation:drift.reason.no-tally'));
  await look(person, 'run-paused');
}

async function models(person) {
  await person.open('/models');
  await look(person, 'models');
  await shows(person, person.t('models:standing.silent'));
  // A run that differs from the chain: in what, in the reader's language.
  await person.press(person.page.getByRole('combobox', { name: person.t('models:add.which') }), 'ArrowDown');
  for (let n = 0; n < 6 && (await person.page.locator('.ant-select-item-option-active').filter({ hasText: RUN.finished.slice(0, 12) }).count()) === 0; n += 1) await person.page.keyboard.press('ArrowDown');
  await person.page.keyboard.press('Enter');
  await person.press(exact(person, 'models:add.send'));
  await shows(person, person.t('models:differs.count', { chain: 23, run: 24 }));
  await look(person, 'models-refused');
}

async function oneModel(person, stand) {
  await person.open('/models/milling-failure/3');
  await look(person, 'model-trial');
  await person.press(exact(person, 'models:release.do'));
  await person.press(person.page.locator('.ant-popover').getByRole('button', { name: person.t('models:release.do') }));
  await shows(person, person.t('models:countingHint'));
  await person.press(exact(person, 'models:stop.do'));
  check(await inDialog(person, 'models:stop.do').isDisabled(), 'stopping needs a reason');
  await person.fill(dialog(person).getByRole('textbox'), 'the sensor was replaced');
  await look(person, 'model-stop');
  await person.press(inDialog(person, 'models:stop.do'));
  await person.page.getByText(person.t('models:standing.stopped'), { exact: true }).first().waitFor();
  check(stand.asked.some(({ path, body }) => path.endsWith('/stop') && body.includes('the sensor was replaced')), 'the reason is sent');
  await person.open('/models/press-tonnage/1');
  await person.press(exact(person, 'models:assess.send'));
  await shows(person, person.t('models:outcome.sum'));
  await look(person, 'model-stated');
  await person.open('/models/milling-failure/2');
  await person.press(exact(person, 'models:assess.send'));
  await shows(person, person.t('models:reason.out-of-range', { about: 62 }));
  await look(person, 'model-silent');
}

async function nothing(person) {
  for (const name of ['federation', 'models']) {
    await person.open(`/${name}`);
    await look(person, `${name}-nothing`);
  }
}

async function elsewhere(person) {
  await person.open('/federation');
  await shows(person, person.t('federation:runs.elsewhere'));
  await look(person, 'federation-elsewhere');
  await person.open('/models');
  await shows(person, person.t('models:add.elsewhere'));
  await look(person, 'models-elsewhere');
}

const WALKS = [['full', federation], ['full', oneRun], ['full', models], ['full', oneModel], ['elsewhere', elsewhere], ['nothing', nothing]];
const browser = await launch();
for (const seat of SEATS) {
  for (const [scene, walk] of WALKS) {
    const stand = await new Stand(DIST, answering(scene)).open();
    const start = performance.now();
    const label = `${walk.name}, ${seat.language}, ${seat.width} px`;
    const person = await visit(browser, stand, 'gears', seat);
    person.page.setDefaultTimeout(60_000);
    try {
      await person.heading().waitFor();
      await walk(person, stand);
      say(`ok    ${label} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      faults.push(`${label}: ${error instanceof Error ? error.message : error}`);
      if (given !== undefined) await person.page.screenshot({ path: join(given, `fault-${walk.name}-${seat.language}-${seat.width}.png`) }).catch(() => undefined);
    }
    faults.push(...person.faults.map((fault) => `${label}: ${fault}`));
    await person.leave();
    stand.close();
  }
}
await browser.close();
if (given !== undefined) writeFileSync(join(given, 'faults.txt'), faults.join('\n'));
for (const fault of faults) say(`FAULT ${fault}`);
say(faults.length === 0 ? 'all well' : `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
