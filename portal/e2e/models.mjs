// A finished run becomes a model in the browser, against a node that really answers: what differs from the chain is refused, then
// the model is taken, released, states a month and falls silent at another, and is stopped: `node e2e/models.mjs <url> <user>
// <password> <month that counts> <month that moved>`. `@@ anchor` asks whoever started it for the run's last round on chain.
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { axe } from './axe.mjs';
import { check, launch, sit } from './browser.mjs';

const [url, user, password, good, moved] = process.argv.slice(2);
const folder = process.env.CREDENCE_PICTURES;
const house = { url: () => url, access: () => ({ user, password }) };
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const browser = await launch();
const seat = { language: 'en', width: 1440 };
const person = await sit(browser, house, 'node', seat);
const { page, t } = person;
// antd may leave the icon of a button's last work in its name.
const exact = (key) => page.getByRole('button', { name: new RegExp(`(^|\\s)${t(key)}$`) }).last();
const shows = (text) => page.getByText(text).first().waitFor();
const faults = person.faults;
const look = async (name) => {
  faults.push(...(await axe(page)).map((fault) => `${name}: ${fault}`));
  if (folder !== undefined) await page.screenshot({ path: join(folder, `real-${name}.png`), fullPage: true });
};

async function choose(label, text) {
  await person.press(page.getByRole('combobox', { name: label }), 'ArrowDown');
  const option = page.locator('.ant-select-item-option-active').filter({ hasText: text });
  for (let n = 0; n < 30 && (await option.count()) === 0; n += 1) await page.keyboard.press('ArrowDown');
  check((await option.count()) === 1, `${label} offers no ${text}`);
  await page.keyboard.press('Enter');
}

/** Ask until the answer stands there, as people do: a press while the button still shows its last work is not taken. */
async function send(key, sign) {
  for (let tries = 1; ; tries += 1) {
    await page.locator('.ant-btn-loading').waitFor({ state: 'detached' });
    await person.press(exact(key));
    if (await sign.first().waitFor({ timeout: 30_000 }).then(() => true, () => tries === 3)) return sign.first().waitFor({ timeout: 1_000 });
  }
}

const month = (period) => new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${period}-01T00:00:00Z`));

try {
  await person.open('/models');
  await shows(t('models:none'));
  await choose(t('models:add.which'), 'abababab');
  await person.fill(page.getByLabel(t('models:add.figures')), 'auc=0.91');
  await person.press(exact('models:add.send'));
  await shows(t('models:differs.count', { chain: 1, run: 2 }));
  await look('refused');
  process.stdout.write('@@ anchor\n');
  await answers.next();
  const added = page.getByRole('status').getByRole('link');
  await send('models:add.send', added);
  await person.press(added);
  await shows(t('models:onTrial'));
  await shows(t('models:checked'));
  await person.press(exact('models:release.do'));
  await person.press(page.locator('.ant-popover').getByRole('button', { name: t('models:release.do') }));
  await shows(t('models:countingHint'));
  await choose(t('models:assess.month'), month(good));
  await person.press(exact('models:assess.send'));
  await shows(t('models:outcome.stated', { month: month(good) }));
  await look('stated');
  await choose(t('models:assess.month'), month(moved));
  await person.press(exact('models:assess.send'));
  await shows(t('models:outcome.silent', { month: month(moved) }));
  await page.getByText(t('models:standing.silent'), { exact: true }).first().waitFor();
  await look('silent');
  await person.press(exact('models:stop.do'));
  await person.fill(page.getByRole('dialog').getByRole('textbox'), 'the furnace was rebuilt');
  await person.press(page.getByRole('dialog').getByRole('button', { name: t('models:stop.do') }));
  await shows(t('models:stoppedFor', { reason: 'the furnace was rebuilt' }));
  await look('stopped');
  await person.open('/federation');
  await person.press(page.getByRole('link', { name: t('federation:runs.open') }));
  await shows(t('federation:rounds.of', { count: 3, all: 4 }));
  await look('run');
} catch (error) {
  faults.push(error instanceof Error ? error.message : String(error));
  if (folder !== undefined) await page.screenshot({ path: join(folder, 'real-fault.png') });
}
await browser.close();
for (const fault of faults) process.stdout.write(`FAULT ${fault}\n`);
process.stdout.write(faults.length === 0 ? 'all well\n' : `${faults.length} faults\n`);
process.exit(faults.length === 0 ? 0 : 1);
