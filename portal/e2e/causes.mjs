// The story of furnace B-7 in a browser, without a mouse: `node e2e/causes.mjs <demo home>`. Eva asks why and proposes, Pia and
// Paul sign; what the furnace holds is asked of the furnace. Whoever starts it answers `@@ furnace cathodes` (the set point,
// read over OPC UA by another client than the node's) and `@@ lots cathodes` (a file with the lots made since) on its
// standard input; tests/e2e/test_causes_portal.py does.
import { createInterface } from 'node:readline';
import { axe } from './axe.mjs';
import { House, check, equal, launch, sit } from './browser.mjs';

const KILN = 'cathodes';
const COLUMN = 'crown height';
const PATH = ['controller offset B-7', 'zone 2 temperature', 'shrinkage', COLUMN];
const SET_POINT = 'zone 2 set point';
const LONG_MS = 240_000;

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function ask(verb) {
  process.stdout.write(`@@ ${verb} ${KILN}\n`);
  return (await answers.next()).value;
}
const say = (text) => process.stdout.write(`${text}\n`);
const faults = [];
const house = new House(process.argv[2]);
const browser = await launch();
const at = performance.now();
const people = [];

async function step(name, work) {
  const start = performance.now();
  const more = await work();
  say(`ok    ${name}${more === undefined ? '' : `: ${more}`} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

async function enter(user, seat) {
  const person = await sit(browser, house, KILN, seat, house.person(KILN, user));
  people.push(person);
  return person;
}

async function accessible({ page, language, width }, screen) {
  // Charts and graphs are drawn after their data came; axe looks at what people see then.
  await page.waitForFunction(() => document.querySelector('.ant-skeleton, .ant-spin-spinning') === null);
  if (process.env.CREDENCE_PICTURES) await page.screenshot({ path: `${process.env.CREDENCE_PICTURES}/${screen.replaceAll(/[^A-Za-z0-9]+/g, '-')}-${language}-${width}.png`, fullPage: true });
  for (const fault of await axe(page)) faults.push(`axe, ${screen}, ${language} ${width}: ${fault}`);
}

/** The part of the screen under this heading. */
const part = ({ page, t }, key) => page.locator('section.card', { has: page.getByRole('heading', { name: t(key), exact: true }) }).first();

async function toRoom(person) {
  await person.open('/causes');
  await person.press(person.page.getByRole('link', { name: COLUMN }).first());
  await part(person, 'cause:chart.title').waitFor();
}

async function choose(person, box, text) {
  await person.reach(box);
  await person.page.keyboard.insertText(text);
  await person.page.locator('.ant-select-item-option').filter({ visible: true }).first().waitFor();
  await person.page.keyboard.press('Enter');
}

async function alarm(eva) {
  const { page, t } = eva;
  equal(new URL(page.url()).pathname, '/causes', 'where an engineer begins');
  const row = page.locator('.cause-list li', { has: page.getByRole('link', { name: COLUMN }) }).first();
  await row.waitFor();
  check((await row.innerText()).includes(t('causes:state.open')), 'the alarm did not open a case');
  await accessible(eva, 'causes');
  await toRoom(eva);
  await part(eva, 'cause:chart.title').getByRole('img').first().waitFor();
  check((await page.locator('.page:not([role])').innerText()).includes('frozen'), 'the lots are not frozen by a hash');
  await accessible(eva, 'room, alarm');
}

/** Engineers' knowledge: said, seen in the versions, and taken back. */
async function knowledge(eva) {
  const { page, t } = eva;
  await eva.press(page.getByRole('link', { name: t('cause:graph') }));
  const panel = part(eva, 'graph:panel.title');
  await choose(eva, panel.getByRole('combobox', { name: t('graph:panel.cause') }), 'zone 2 temperature');
  await choose(eva, panel.getByRole('combobox', { name: t('graph:panel.effect') }), 'shrinkage');
  await eva.fill(panel.getByRole('textbox', { name: t('graph:panel.reason') }), 'Hotter firing shrinks more: trial 12.');
  await eva.press(panel.getByRole('button', { name: t('graph:panel.send') }));
  const history = panel.getByRole('list', { name: t('graph:panel.history') });
  await history.getByText('trial 12').first().waitFor();
  check((await page.locator('.react-flow__node-box').count()) === 14, 'not every column stands on the canvas');
  check((await page.locator('.react-flow__node-lane').count()) === 8, 'not every tier is a lane');
  await eva.press(eva.button('graph:undo'));
  await history.getByText(t('graph:undone')).first().waitFor();
  const versions = part(eva, 'graph:versions.title');
  await eva.press(versions.locator('li').last().getByRole('button', { name: t('graph:versions.compare') }));
  await versions.getByText('zone 2 temperature → shrinkage').first().waitFor();
  await accessible(eva, 'graph of causes');
  await toRoom(eva);
}

async function explain(eva) {
  const { page, t } = eva;
  const asked = part(eva, 'cause:ask.title');
  await choose(eva, asked.getByRole('combobox', { name: 'shift' }), 'night');
  await page.keyboard.press('Escape');
  await choose(eva, asked.getByRole('combobox', { name: 'batch' }), '3');
  await page.keyboard.press('Escape');
  await eva.press(asked.getByRole('button', { name: t('cause:ask.send'), exact: true }));
  await asked.getByRole('progressbar').first().waitFor();
  const why = part(eva, 'cause:why.title');
  await why.waitFor({ timeout: LONG_MS });
  const first = why.locator('tbody tr').first();
  const told = (await first.innerText()).replaceAll(/\s+/g, ' ');
  check(told.includes(PATH[0]), `another cause than the controller's drift: ${told}`);
  const stops = await first.locator('.cause-path b').allInnerTexts();
  equal(stops, PATH, 'the path of the first cause');
  check(/\d+(\.\d+)? ?%/.test(await first.locator('.cause-path').innerText()), `the path has no probability: ${told}`);
  const figures = await first.locator('td.figure').allInnerTexts();
  equal(figures.length, 3, 'figures that are kept apart');
  check(figures.some((text) => /\d ?%/.test(text)), `no figure is stated: ${figures.join(' | ')}`);
  check(/began between .*\d{4}.* and .*\d{4}.*\(90\s%\)/.test(await why.innerText()), 'no interval of when it began');
  await page.locator('.path-canvas .react-flow__node-box.react-flow__node .path, .path-canvas .graph-box.path').first().waitFor();
  equal(await page.locator('.path-canvas .graph-box.path').count(), PATH.length, 'stops of the path on the graph');
  await accessible(eva, 'room, explained');
  return `${PATH[0]}: ${figures.map((text) => text.replaceAll(/\s+/g, ' ')).join(' | ')}`;
}

async function suggest(eva) {
  const { t } = eva;
  const suggestion = part(eva, 'cause:suggest.title');
  await eva.press(suggestion.getByRole('button', { name: t('cause:suggest.ask'), exact: true }));
  await suggestion.locator('.change .to').first().waitFor({ timeout: LONG_MS });
  const forecast = await suggestion.innerText();
  check(/Cpk is .* is predicted \(90 %/.test(forecast), `no forecast with an interval: ${forecast}`);
  const slider = suggestion.getByRole('slider', { name: SET_POINT });
  const status = suggestion.getByRole('status');
  await eva.press(slider, 'ArrowRight');
  await status.getByText('would change by').waitFor({ timeout: LONG_MS });
  await eva.press(slider, 'Home');
  await status.getByText('Nothing is said').waitFor({ timeout: LONG_MS });
  await accessible(eva, 'room, suggestion');
  return (await suggestion.locator('.change .to').first().innerText()).split(' ')[0];
}

async function propose(eva) {
  const { page, t } = eva;
  await eva.press(eva.button('cause:release.open'));
  await eva.fill(page.locator('form textarea').first(), 'The controller reads too low in cool nights.');
  await eva.press(page.getByRole('button', { name: t('cause:release.send'), exact: true }));
  await part(eva, 'cause:sign.title').getByText(t('cause:sign.nobody')).waitFor();
}

/** Sign the release as this person; gives what the page answers, the refusal included. */
async function sign(person) {
  const { t } = person;
  const room = part(person, 'cause:sign.title');
  const act = room.locator('.act').filter({ hasText: t('cases:meaning.release') }).first();
  const mine = room.getByRole('list', { name: t('cause:sign.who') }).getByText(person.access.user, { exact: true });
  const before = await mine.count();
  await person.press(act.getByRole('button', { name: t('cases:begin') }));
  await person.fill(act.locator('input[type=password]'), person.access.password);
  await person.press(act.getByRole('button', { name: t('cases:sign'), exact: true }));
  const refused = act.getByRole('alert');
  await mine.nth(before).or(refused.first()).first().waitFor();
  return (await refused.count()) > 0 ? (await refused.first().innerText()).replaceAll('\n', ' ') : null;
}

async function release(eva, seat, proposed) {
  const before = await ask('furnace');
  const own = await sign(eva);
  check(own !== null, 'whoever wrote a proposal could release it');
  const pia = await enter('pia', seat);
  await toRoom(pia);
  equal(await sign(pia), null, 'the first signature');
  await accessible(pia, 'room, one signature');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  equal(await ask('furnace'), before, 'what the furnace holds after one signature');
  const again = await sign(pia);
  check(again !== null, 'one person signed twice');
  equal(await ask('furnace'), before, 'what the furnace holds after one person tried twice');
  await pia.leave();
  const paul = await enter('paul', seat);
  await toRoom(paul);
  equal(await sign(paul), null, 'the second signature');
  const written = part(paul, 'cause:sign.title').getByRole('status');
  await written.waitFor({ timeout: LONG_MS });
  equal(Number(await ask('furnace')), Number(proposed), 'what the furnace holds after two signatures');
  check((await written.innerText()).includes(proposed), 'the page does not say what was written');
  await paul.leave();
  return `${before} -> ${proposed}; refused: "${own}", "${again}"`;
}

async function effect(eva) {
  const { page, t } = eva;
  const lots = await ask('lots');
  await page.reload();
  const room = part(eva, 'cause:effect.title');
  await room.waitFor();
  await eva.hand(room.getByRole('button', { name: t('cause:effect.drop') }), lots);
  await room.getByText(lots.split('/').at(-1)).first().waitFor();
  await eva.press(room.getByRole('button', { name: t('cause:effect.compare') }));
  await room.getByText(t('cause:effect.outcome.as-predicted')).waitFor();
  await accessible(eva, 'room, effect');
  return (await room.locator('p').first().innerText()).trim();
}

async function act(person, title, fields = {}) {
  const { page, t } = person;
  const box = page.locator('.act').filter({ hasText: title }).first();
  await box.waitFor();
  await person.press(box.getByRole('button', { name: t('cases:begin') }));
  for (const [label, add] of Object.entries(fields)) {
    const field = box.getByLabel(label).first();
    await person.reach(field);
    // What was drafted is there already; people write on behind it.
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.insertText(add);
  }
  await person.press(box.getByRole('button', { name: title, exact: true }));
  await box.waitFor({ state: 'detached' });
}

async function eightD(eva) {
  const { page, t } = eva;
  const drafted = part(eva, 'cause:eightD.title');
  check((await drafted.innerText()).includes(PATH[0]), 'the draft does not name the cause');
  await eva.fill(drafted.getByRole('textbox', { name: t('cause:eightD.number') }), 'NC-B7-1');
  await eva.press(drafted.getByRole('button', { name: t('cause:eightD.open') }));
  await eva.press(drafted.getByRole('link', { name: t('cause:eightD.go') }));
  await act(eva, 'Emergency response is in place');
  await act(eva, 'Team is named', { Team: 'Eva, Pia, Paul' });
  await act(eva, 'Problem is described', { Problem: ' Lots 1101 to 1300 are held back.' });
  const fields = page.locator('.case-fields');
  await fields.getByText('are held back').waitFor();
  check((await fields.innerText()).includes(COLUMN), 'the drafted facts were lost when somebody wrote behind them');
  const record = page.locator('.case-records li[data-anchored=true]').first();
  await record.waitFor({ timeout: LONG_MS });
  await accessible(eva, '8D');
  const [download] = await Promise.all([page.waitForEvent('download'), eva.press(record.getByRole('button', { name: t('supplier:evidence.proof') }))]);
  const proof = await download.path();
  await eva.open('/audit/proof');
  await eva.hand(eva.drop('audit:proof.drop'), proof);
  equal(await eva.verdict(), 'good', 'the verdict on the proof of an 8D step');
  equal(await eva.parts(), { statement: 'holds', log: 'holds', storage: 'holds', header: 'holds' }, 'its parts');
}

/** The finished case as somebody reads it in Chinese on a phone. */
async function inChinese(seat) {
  const paul = await enter('paul', seat);
  // The lots since the controller aged are not what the line's model was made from, and the page says so.
  const models = part(paul, 'causes:models.title');
  await models.getByText(PATH[0]).waitFor();
  const standing = ['drifting', 'stopped'].map((one) => paul.t(`causes:models.standing.${one}`));
  const told = await models.innerText();
  check(standing.some((text) => told.includes(text)), `drift is not shown: ${told}`);
  await accessible(paul, 'causes, drift');
  await toRoom(paul);
  await part(paul, 'cause:why.title').waitFor();
  check((await paul.page.locator('.page:not([role])').innerText()).includes(paul.t('causes:state.closed')), 'the case is not closed');
  await accessible(paul, 'room, closed');
  await paul.press(part(paul, 'cause:eightD.title').getByRole('link', { name: paul.t('cause:eightD.go') }));
  await paul.page.locator('.case-records').waitFor();
  await accessible(paul, '8D');
}

try {
  const seat = { language: 'en', width: 1440 };
  const eva = await enter('eva', seat);
  await step('an alarm opened a case', () => alarm(eva));
  await step('an engineer says what she knows, and takes it back', () => knowledge(eva));
  await step('the cause, its path, its three figures', () => explain(eva));
  let proposed = '';
  await step('a set point, and what if', async () => (proposed = await suggest(eva)));
  await step('proposed for release', () => propose(eva));
  await step('two signatures, and the furnace', () => release(eva, seat, proposed));
  await step('what came of it', () => effect(eva));
  await step('the 8D, anchored and proved', () => eightD(eva));
  await step('read in Chinese on a phone', () => inChinese({ language: 'zh', width: 390 }));
} catch (error) {
  faults.push(error instanceof Error ? error.message : String(error));
  if (process.env.CREDENCE_PICTURES) for (const person of people) await person.page.screenshot({ path: `${process.env.CREDENCE_PICTURES}/fault-${person.access.user}.png`, fullPage: true }).catch(() => undefined);
}
faults.push(...people.flatMap((person) => person.faults.map((fault) => `${person.access.user}: ${fault}`)));
await browser.close();
for (const fault of faults) say(`FAULT ${fault}`);
say(faults.length === 0 ? `all well (${((performance.now() - at) / 1000).toFixed(0)} s)` : `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
