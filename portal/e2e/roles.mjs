// The one thing that each of the four users must be able to do (PRODUCT.md), with the keyboard alone.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axe } from './axe.mjs';
import { check, equal } from './browser.mjs';

const OPEN_LIST = '.ant-select-dropdown:not(.ant-select-dropdown-hidden)';

/** The screen as it stands, and each of its lists of choices while it is open. */
async function accessible(person, screen, faults) {
  const { page, language, width } = person;
  const note = (found) => faults.push(...found.map((fault) => `axe, ${screen}, ${language} ${width}: ${fault}`));
  note(await axe(page));
  for (const box of await page.locator('.ant-select input[role=combobox]:enabled').all()) {
    if (!(await box.isVisible())) continue;
    await box.press('Enter');
    await page.locator(OPEN_LIST).first().waitFor();
    note(await axe(page, OPEN_LIST));
    await page.keyboard.press('Escape');
    await page.locator(OPEN_LIST).first().waitFor({ state: 'hidden' });
  }
}

const BEST = 'Hongyan Precision Housings';

/** A supplier's score with its reasons, its trend, its eligibility and its proof, in one screen. */
export async function purchaser(person, faults) {
  const { page, t } = person;
  await person.open('/suppliers');
  await accessible(person, 'suppliers', faults);
  await person.press(page.getByRole('link', { name: BEST }).first());
  const hero = page.getByRole('region', { name: t('supplier:hero.title') });
  await hero.waitFor();
  const said = await hero.innerText();
  check(/\d\d\.\d/.test(said), `no score with a decimal in: ${said}`);
  check(said.includes(t('supplier:eligibility.eligible')), `no eligibility in: ${said}`);
  check(said.includes(t('supplier:hero.attested')), `no proof in: ${said}`);
  await page.getByText(t('supplier:waterfall.title')).first().waitFor();
  await accessible(person, 'supplier', faults);
  await person.reach(page.getByRole('tab', { name: t('supplier:tab.score') }));
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByText(t('supplier:proof.title')).first().waitFor();
  await accessible(person, 'proof of a score', faults);
}

/** Evidence goes in; the score is explained, and the cheapest way up with it. */
export async function supplier(person, faults) {
  const { page, t } = person;
  await person.open('/own-score');
  await page.getByText(t('own:improve.title')).first().waitFor();
  await page.getByText(t('own:parts')).first().waitFor();
  await accessible(person, 'own score', faults);
  await person.open('/upload');
  await uploadOne(person);
  await accessible(person, 'upload', faults);
}

/** One of the demo's own files again: the node knows it and changes nothing, which is an outcome like another. */
export async function uploadOne(person) {
  const { page, t } = person;
  const folder = join(person.house.home, 'files', 'housings');
  const name = readdirSync(folder).find((one) => one.endsWith('.xml') || one.endsWith('.qif'));
  check(name !== undefined, `no QIF file in ${folder}`);
  const zone = page.getByRole('button', { name: t('upload:drop') }).first();
  await person.hand(zone, join(folder, name));
  await page.getByText(name).first().waitFor();
  await person.press(page.getByRole('button', { name: person.counted('upload:send', 1) }));
  return name;
}

/** A credential verified in the page; then it is watched. A changed one is refused. */
export async function bank(person, faults) {
  const { page, house } = person;
  await person.open('/verify');
  await accessible(person, 'verify, empty', faults);
  await person.hand(person.drop('verify:drop'), house.handed('housings', 'credential.sd-jwt'));
  equal(await person.verdict(), 'good', 'the verdict on a sound credential');
  equal(await person.parts(), { credential: 'holds', issuer: 'holds', attestation: 'holds', values: 'holds', block: 'holds' }, 'its parts');
  await accessible(person, 'verified', faults);
  await person.press(person.button('verify:watch'));
  await person.press(person.button('verify:another'));
  const text = readFileSync(house.handed('boards', 'credential.sd-jwt'), 'utf8').trim();
  const place = text.indexOf('.') + 40;
  const changed = text.slice(0, place) + (text[place] === 'A' ? 'B' : 'A') + text.slice(place + 1);
  await person.fill(page.locator('#verify-text'), changed);
  await person.press(person.button('verify:check'));
  equal(await person.verdict(), 'bad', 'the verdict on a changed credential');
  await person.press(person.button('verify:another'));
  await person.fill(page.locator('#verify-text'), await uidOf(text));
  await person.press(person.button('verify:check'));
  equal(await person.verdict(), 'good', 'the verdict on an attestation by its UID');
  await person.open('/watch');
  await page.locator('.watch-entry').first().waitFor();
  equal(await page.locator('.watch-entry').first().getAttribute('data-mood'), 'good', 'the mood of a watched supplier');
  await accessible(person, 'watch list', faults);
}

/** The UID in a credential's status, read without any library of ours. */
async function uidOf(text) {
  const payload = JSON.parse(Buffer.from(text.split('.')[1], 'base64url').toString('utf8'));
  return payload.status.eas.uid;
}

/** A record proved, a score recomputed, nothing missing, and a paper about it. */
export async function auditor(person, faults) {
  const { page, house } = person;
  await person.open('/audit/logs');
  await page.locator('.audit-table tbody tr').first().waitFor();
  await accessible(person, 'logs', faults);
  const proof = readdirSync(join(house.home, 'handed-over', 'housings')).find((name) => name.endsWith('.proof'));
  await person.open('/audit/proof');
  await accessible(person, 'proof, empty', faults);
  await person.hand(person.drop('audit:proof.drop'), house.handed('housings', proof));
  equal(await person.verdict(), 'good', 'the verdict on a sound proof');
  equal(await person.parts(), { statement: 'holds', log: 'holds', storage: 'holds', header: 'holds' }, 'its parts');
  await accessible(person, 'proof', faults);
  await person.open('/audit/recompute');
  await person.hand(person.drop('audit:recompute.drop'), house.handed('housings', 'bundle.json'));
  await page.locator('[data-part=card]').waitFor();
  equal(await person.verdict(), 'good', 'the recomputed score');
  equal(await person.parts(), { statements: 'holds', policy: 'holds', card: 'holds', chain: 'holds' }, 'the parts of the score');
  await accessible(person, 'recompute', faults);
  await person.open('/audit/policies');
  await page.locator('.audit-table tbody tr').first().waitFor();
  await accessible(person, 'policies', faults);
  await person.open('/audit/gaps');
  await choose(person);
  // A node that holds evidence itself shows its calendar at once; one that does not goes through the supplier's log.
  const walk = person.button('audit:gaps.run');
  await walk.or(page.locator('[data-verdict]')).first().waitFor();
  if (await walk.isVisible()) await person.press(walk);
  equal(await person.verdict(), 'good', 'the completeness of a log');
  await accessible(person, 'gaps', faults);
  await person.open('/audit/report');
  await choose(person);
  await page.locator('.signing').waitFor();
  check((await page.locator('.page').innerText()).includes(BEST), 'the report does not name its supplier');
  await accessible(person, 'report', faults);
}

/** The first supplier of the list, by typing its name. */
export async function choose(person) {
  const box = person.page.getByRole('combobox').first();
  await person.reach(box);
  await person.page.keyboard.insertText(BEST.slice(0, 8));
  await person.page.locator('.ant-select-item-option').first().waitFor();
  await person.page.keyboard.press('Enter');
}
