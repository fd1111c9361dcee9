// Every screen of the portal that has its picture taken, full and empty: its name, whose it is, its address, and what is done
// before the picture; those of federation and models are taken by `federation.mjs`. `who` is a player of the demo (its user), or player:name for one of several people at that node.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { choose } from './roles.mjs';

const LEI = { housings: 'CREDENCESANDBOXA0166', boards: 'CREDENCESANDBOXC0342' };
const LINE = 'furnace B-7';
const LONG_MS = 60_000;

/** Lists of the API that a node answers empty when it knows nothing yet. */
const LISTS = /\/v1\/(suppliers|cases|policies|members|anchors|tokens|disclosures|accreditations|causes\/cases|causes\/watches|causes\/points)(\?|$)/;

async function emptied({ page }) {
  await page.route(LISTS, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json().catch(() => null);
    return Array.isArray(body?.items) ? route.fulfill({ response: answer, json: { ...body, items: [], next: null } }) : route.fulfill({ response: answer });
  });
}

const give = (path) => async ({ page }) => {
  await page.locator('.drop-input').first().setInputFiles(path);
  await page.locator('[data-verdict]').first().waitFor();
};
const tab = (key) => ({ page, t }) => page.getByRole('tab', { name: t(`supplier:tab.${key}`) }).click();
const press = (key) => (person) => person.button(key).click();

async function moveSlider({ page, t }) {
  await tab('what-if')({ page, t });
  const slider = page.getByRole('slider').nth(1);
  for (let step = 0; step < 12; step += 1) await slider.press('ArrowRight');
  await page.locator('.whatif-result .tag').first().waitFor();
}

async function addFiles({ page, house }) {
  const folder = join(house.home, 'files', 'housings');
  const names = readdirSync(folder).filter((name) => /\.(xml|qif|csv|dfq|xlsx)$/.test(name)).slice(0, 3);
  await page.locator('.upload-drop input[type=file]').setInputFiles(names.map((name) => join(folder, name)));
  await page.getByText(names[0]).first().waitFor();
}

async function refuse(person) {
  const { page } = person;
  await page.locator('form input[autocomplete=username]').fill('nobody-here');
  await page.locator('form input[type=password]').fill('not the password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').first().waitFor();
}

async function search({ page }) {
  await page.keyboard.press('ControlOrMeta+K');
  await page.locator('.search input').fill('e');
  await page.locator('#search-hits li').first().waitFor();
}

async function watchOne(person) {
  await give(person.house.handed('boards', 'credential.sd-jwt'))(person);
  await person.button('verify:watch').click();
  await person.open('/watch');
  await person.page.locator('.watch-entry').first().waitFor();
}

async function report(person) {
  await choose(person);
  await person.page.locator('.signing').waitFor();
}

async function dryRun({ page, t }) {
  await page.getByText(t('policies:trial.dryRun'), { exact: true }).click();
  await page.getByRole('button', { name: t('policies:trial.run') }).click();
  await page.locator('.plain-table').first().waitFor({ timeout: LONG_MS });
}

const follow = (selector) => async ({ page }) => {
  await page.locator(selector).first().click();
  await page.locator('.page .card').first().waitFor();
};

async function eachCase(person) {
  await person.page.getByText(person.t('cases:shown.all'), { exact: true }).click();
  await person.page.locator('.case-list a').first().waitFor();
}

async function ended(person) {
  await eachCase(person);
  await follow('.case-list a')(person);
}

export function gallery(home) {
  const handed = (player, name) => join(home, 'handed-over', player, name);
  const proof = readdirSync(join(home, 'handed-over', 'housings')).find((name) => name.endsWith('.proof'));
  const supplier = `/suppliers/${LEI.housings}`;
  const graph = `/causes/graph?line=${encodeURIComponent(LINE)}`;
  return [
    { name: 'sign-in', who: 'purchaser', path: '/', stranger: true },
    { name: 'sign-in-refused', who: 'purchaser', path: '/', stranger: true, act: refuse },
    { name: 'suppliers', who: 'purchaser', path: '/suppliers' },
    { name: 'suppliers-nothing', who: 'purchaser', path: '/suppliers', empty: true },
    { name: 'search', who: 'purchaser', path: '/suppliers', act: search },
    { name: 'not-found', who: 'purchaser', path: '/there/is/nothing' },
    { name: 'supplier', who: 'purchaser', path: supplier },
    { name: 'supplier-low', who: 'purchaser', path: `/suppliers/${LEI.boards}` },
    { name: 'supplier-what-if', who: 'purchaser', path: supplier, act: tab('what-if') },
    { name: 'supplier-what-if-moved', who: 'purchaser', path: supplier, act: moveSlider },
    { name: 'supplier-capability', who: 'purchaser', path: supplier, act: tab('capability') },
    { name: 'supplier-evidence', who: 'purchaser', path: supplier, act: tab('evidence') },
    { name: 'supplier-proof', who: 'purchaser', path: supplier, act: tab('proof') },
    { name: 'supplier-nothing', who: 'purchaser', path: '/suppliers/5493001KJTIIGC8Y1R12' },
    { name: 'compare', who: 'purchaser', path: `/suppliers/compare?lei=${LEI.housings}&lei=${LEI.boards}` },
    { name: 'compare-nothing', who: 'purchaser', path: '/suppliers/compare' },
    { name: 'alerts', who: 'purchaser', path: '/alerts' },
    { name: 'alerts-nothing', who: 'purchaser', path: '/alerts', empty: true },
    { name: 'own-score', who: 'housings', path: '/own-score' },
    { name: 'upload', who: 'housings', path: '/upload' },
    { name: 'upload-chosen', who: 'housings', path: '/upload', act: addFiles },
    { name: 'repairs', who: 'boards', path: '/repairs', act: eachCase },
    { name: 'repairs-claim', who: 'boards', path: '/repairs', act: press('cases:open') },
    { name: 'repairs-nothing', who: 'housings', path: '/repairs', empty: true },
    { name: 'case', who: 'boards', path: '/repairs', act: ended },
    { name: 'sharing', who: 'housings', path: '/sharing' },
    { name: 'account', who: 'housings', path: '/account' },
    { name: 'causes-nothing', who: 'housings', path: '/causes', empty: true },
    { name: 'causes-open', who: 'cathodes:eva', path: '/causes', before: true },
    { name: 'cause-open', who: 'cathodes:eva', path: '/causes', before: true, act: follow('.cause-list a') },
    { name: 'causes', who: 'cathodes:eva', path: '/causes' },
    { name: 'cause', who: 'cathodes:eva', path: '/causes', act: follow('.cause-list a') },
    { name: 'cause-graph', who: 'cathodes:eva', path: graph },
    { name: 'cause-graph-choose', who: 'cathodes:eva', path: '/causes/graph' },
    { name: 'cause-graph-nothing', who: 'cathodes:eva', path: '/causes/graph?line=press%204' },
    { name: 'cause-graph-choose-nothing', who: 'housings', path: '/causes/graph', empty: true },
    { name: 'policies', who: 'purchaser', path: '/policies' },
    { name: 'policies-dry-run', who: 'purchaser', path: '/policies', act: dryRun },
    { name: 'policies-nothing', who: 'purchaser', path: '/policies', empty: true },
    { name: 'governance', who: 'purchaser', path: '/governance' },
    { name: 'governance-nothing', who: 'purchaser', path: '/governance', empty: true },
    { name: 'members', who: 'purchaser', path: '/members' },
    { name: 'members-nothing', who: 'purchaser', path: '/members', empty: true },
    { name: 'people', who: 'purchaser:admin', path: '/people' },
    { name: 'people-add', who: 'purchaser:admin', path: '/people', act: press('people:add') },
    { name: 'accesses', who: 'purchaser:admin', path: '/accesses' },
    { name: 'accesses-new', who: 'purchaser', path: '/accesses', act: press('accesses:new') },
    { name: 'accesses-nothing', who: 'purchaser', path: '/accesses', empty: true },
    { name: 'verify-empty', who: 'bank', path: '/verify' },
    { name: 'verify', who: 'bank', path: '/verify', act: give(handed('housings', 'credential.sd-jwt')) },
    { name: 'verify-refused', who: 'bank', path: '/verify', act: give(handed('housings', proof)) },
    { name: 'watch-empty', who: 'bank', path: '/watch', alone: true },
    { name: 'watch', who: 'bank', path: '/verify', act: watchOne },
    { name: 'audit-logs', who: 'auditor', path: '/audit/logs' },
    { name: 'audit-logs-own', who: 'housings', path: '/audit/logs' },
    { name: 'audit-logs-nothing', who: 'auditor', path: '/audit/logs', empty: true },
    { name: 'audit-proof-empty', who: 'auditor', path: '/audit/proof' },
    { name: 'audit-proof', who: 'auditor', path: '/audit/proof', act: give(handed('housings', proof)) },
    { name: 'audit-proof-refused', who: 'auditor', path: '/audit/proof', act: give(handed('housings', 'credential.sd-jwt')) },
    { name: 'audit-gaps-empty', who: 'auditor', path: '/audit/gaps' },
    { name: 'audit-gaps-none', who: 'auditor', path: '/audit/gaps', act: choose },
    { name: 'audit-gaps', who: 'purchaser', path: '/audit/gaps', act: choose },
    { name: 'audit-policies', who: 'auditor', path: '/audit/policies' },
    { name: 'audit-policies-nothing', who: 'auditor', path: '/audit/policies', empty: true },
    { name: 'audit-recompute-empty', who: 'auditor', path: '/audit/recompute' },
    { name: 'audit-recompute', who: 'auditor', path: '/audit/recompute', act: give(handed('housings', 'bundle.json')) },
    { name: 'audit-report-empty', who: 'auditor', path: '/audit/report' },
    { name: 'audit-report', who: 'auditor', path: '/audit/report', act: report },
  ];
}

export { emptied };
