// Pictures of every screen, full and empty, in both languages, on a desk and a phone: `node e2e/screens.mjs <demo home>
// <folder> [name ...]`. People look at them; nothing is compared by machine.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { House, launch, sit } from './browser.mjs';
import { choose } from './roles.mjs';

const [home, folder, ...only] = process.argv.slice(2);
const house = new House(home);
mkdirSync(folder, { recursive: true });
const LEI = { housings: 'CREDENCESANDBOXA0166', boards: 'CREDENCESANDBOXC0342' };
const proof = readdirSync(join(home, 'handed-over', 'housings')).find((name) => name.endsWith('.proof'));

const give = (path) => async ({ page }) => {
  await page.locator('.drop-input').first().setInputFiles(path);
  await page.locator('[data-verdict]').first().waitFor();
};
const tab = (key) => async ({ page, t }) => page.getByRole('tab', { name: t(`supplier:tab.${key}`) }).click();

/** Name, whose node, address, and what is done before the picture is taken. */
const SCREENS = [
  ['suppliers', 'purchaser', '/suppliers'],
  ['supplier', 'purchaser', `/suppliers/${LEI.housings}`],
  ['supplier-low', 'purchaser', `/suppliers/${LEI.boards}`],
  ['supplier-what-if', 'purchaser', `/suppliers/${LEI.housings}`, tab('what-if')],
  ['supplier-capability', 'purchaser', `/suppliers/${LEI.housings}`, tab('capability')],
  ['supplier-evidence', 'purchaser', `/suppliers/${LEI.housings}`, tab('evidence')],
  ['supplier-proof', 'purchaser', `/suppliers/${LEI.housings}`, tab('proof')],
  ['compare', 'purchaser', `/suppliers/compare?lei=${LEI.housings}&lei=${LEI.boards}`],
  ['own-score', 'housings', '/own-score'],
  ['upload', 'housings', '/upload'],
  ['repairs', 'housings', '/repairs'],
  ['sharing', 'housings', '/sharing'],
  ['account', 'housings', '/account'],
  ['verify-empty', 'bank', '/verify'],
  ['verify', 'bank', '/verify', give(house.handed('housings', 'credential.sd-jwt'))],
  ['verify-refused', 'bank', '/verify', give(house.handed('housings', proof))],
  ['watch-empty', 'bank', '/watch'],
  ['watch', 'bank', '/verify', async (person) => {
    await give(house.handed('boards', 'credential.sd-jwt'))(person);
    await person.button('verify:watch').click();
    await person.open('/watch');
    await person.page.locator('.watch-entry').first().waitFor();
  }],
  ['audit-logs', 'auditor', '/audit/logs'],
  ['audit-logs-own', 'housings', '/audit/logs'],
  ['audit-proof-empty', 'auditor', '/audit/proof'],
  ['audit-proof', 'auditor', '/audit/proof', give(house.handed('housings', proof))],
  ['audit-proof-refused', 'auditor', '/audit/proof', give(house.handed('housings', 'credential.sd-jwt'))],
  ['audit-gaps-empty', 'auditor', '/audit/gaps'],
  ['audit-gaps-none', 'auditor', '/audit/gaps', choose],
  ['audit-gaps', 'purchaser', '/audit/gaps', choose],
  ['audit-policies', 'auditor', '/audit/policies'],
  ['audit-recompute-empty', 'auditor', '/audit/recompute'],
  ['audit-recompute', 'auditor', '/audit/recompute', give(house.handed('housings', 'bundle.json'))],
  ['audit-report-empty', 'auditor', '/audit/report'],
  ['audit-report', 'auditor', '/audit/report', async (person) => {
    await choose(person);
    await person.page.locator('.signing').waitFor();
  }],
];

/** The same screens as a node shows them that knows nothing yet: every list of the API is empty. */
const EMPTY = [
  ['suppliers-nothing', 'purchaser', '/suppliers'],
  ['repairs-nothing', 'housings', '/repairs'],
  ['audit-policies-nothing', 'auditor', '/audit/policies'],
];

async function emptied({ page }) {
  await page.route(/\/v1\/(suppliers|cases|policies|members|anchors)(\?|$)/, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json().catch(() => null);
    return Array.isArray(body?.items) ? route.fulfill({ response: answer, json: { ...body, items: [], next: null } }) : route.fulfill({ response: answer });
  });
}

async function picture(person, name, act) {
  const { page, language, width } = person;
  if (act !== undefined) await act(person);
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.waitForFunction(() => document.querySelector('.ant-skeleton, .ant-spin-spinning') === null).catch(() => undefined);
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}-${language}-${width}.png`), fullPage: true });
}

let faults = 0;
const browser = await launch();
for (const language of ['zh', 'en']) {
  for (const width of [390, 1440]) {
    const seats = new Map();
    for (const [name, player, path, act] of [...SCREENS, ...EMPTY.map(([name, player, path]) => [name, player, path, undefined])]) {
      if (only.length > 0 && !only.includes(name)) continue;
      const bare = EMPTY.some(([one]) => one === name);
      const key = `${player}/${bare}`;
      try {
        if (!seats.has(key)) {
          const person = await sit(browser, house, player, { language, width });
          if (bare) await emptied(person);
          seats.set(key, person);
        }
        const person = seats.get(key);
        await person.open(path);
        await picture(person, name, act);
      } catch (error) {
        faults += 1;
        process.stdout.write(`FAULT ${name}, ${language} ${width}: ${error instanceof Error ? error.message.split('\n')[0] : error}\n`);
      }
    }
    for (const person of seats.values()) await person.leave();
    process.stdout.write(`ok    ${language}, ${width} px\n`);
  }
}
await browser.close();
process.exit(faults === 0 ? 0 : 1);
