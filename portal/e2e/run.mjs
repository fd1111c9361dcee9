// The portal, end to end: `node e2e/run.mjs <demo home>`. Whoever starts it answers `@@ stop <player>` and `@@ start
// <player>` on its standard output with a line on its standard input (tests/e2e/test_portal.py does).
import { createInterface } from 'node:readline';
import { House, launch, sit } from './browser.mjs';
import { endedSession, restartInUpload, slowLine, unknownFields } from './hardship.mjs';
import { credentials, proofs } from './offline.mjs';
import { auditor, bank, purchaser, supplier } from './roles.mjs';

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function ask(verb, player) {
  process.stdout.write(`@@ ${verb} ${player}\n`);
  const { value } = await answers.next();
  if (value !== 'done') throw new Error(`${verb} ${player}: ${value}`);
}

const ROLES = { purchaser, housings: supplier, bank, auditor };
const ALL_SEATS = [
  { language: 'en', width: 1440 },
  { language: 'zh', width: 390 },
  { language: 'zh', width: 1440 },
  { language: 'en', width: 390 },
];
// CREDENCE_SEATS=1 looks from the first seat only: for whoever changes one thing and does not want to wait.
const SEATS = ALL_SEATS.slice(0, Number(process.env.CREDENCE_SEATS ?? ALL_SEATS.length));
const faults = [];
const say = (text) => process.stdout.write(`${text}\n`);

async function step(name, work) {
  const start = performance.now();
  try {
    const more = await work();
    say(`ok    ${name}${more === undefined ? '' : `: ${more}`} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    say(`FAULT ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function seated(browser, house, player, seat, work) {
  const person = await sit(browser, house, player, seat);
  try {
    return await work(person);
  } catch (error) {
    if (process.env.CREDENCE_PICTURES) await person.page.screenshot({ path: `${process.env.CREDENCE_PICTURES}/fault-${player}-${seat.language}-${seat.width}.png` });
    throw error;
  } finally {
    faults.push(...person.faults.map((fault) => `${player}, ${seat.language} ${seat.width}: ${fault}`));
    await person.leave();
  }
}

const only = new Set(process.argv.slice(3));
const wanted = (part) => only.size === 0 || only.has(part);
const house = new House(process.argv[2]);
const browser = await launch();
const [first] = SEATS;
for (const [player, work] of Object.entries(ROLES)) {
  if (!wanted('roles') && !only.has(player)) continue;
  for (const seat of SEATS) {
    await step(`${player}, ${seat.language}, ${seat.width} px, keyboard`, () => seated(browser, house, player, seat, (person) => work(person, faults)));
  }
}
if (wanted('hardship')) {
  await step('fields that the page does not know', () => seated(browser, house, 'purchaser', first, unknownFields));
  await step('a slow line', () => seated(browser, house, 'auditor', first, slowLine));
  await step('a session that ends', () => seated(browser, house, 'bank', first, endedSession));
  await step('a restart in mid-upload', () =>
    seated(browser, house, 'housings', first, (person) =>
      restartInUpload(person, { stop: () => ask('stop', 'housings'), start: () => ask('start', 'housings') })));
}
if (wanted('offline')) {
  const bankPerson = await sit(browser, house, 'bank', first);
  await step('the bank keeps the chain\'s state', () => bank(bankPerson, faults));
  await bankPerson.open('/verify');
  await ask('stop', 'bank');
  await step('the bank refuses every tampered credential, its node stopped', async () => `${await credentials(bankPerson)} refused`);
  const auditorPerson = await sit(browser, house, 'auditor', first);
  await auditorPerson.open('/audit/proof');
  await ask('stop', 'auditor');
  await step('the auditor refuses every tampered proof, its node stopped', async () => `${await proofs(auditorPerson)} refused`);
}
await browser.close();
for (const fault of faults) say(`FAULT ${fault}`);
say(faults.length === 0 ? 'all well' : `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
