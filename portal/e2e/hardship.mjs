// What happens in plants: fields from the future, slow lines, sessions that end, nodes that restart in mid-upload.
import { readFileSync } from 'node:fs';
import { check, equal } from './browser.mjs';
import { uploadOne } from './roles.mjs';

/** Every object of every answer gets a member that the page has never heard of. */
function enriched(value) {
  if (Array.isArray(value)) return value.map(enriched);
  if (typeof value !== 'object' || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, item]) => [name, enriched(item)])), 'x-from-2031': { kind: 'unknown', list: [1, null] } };
}

/** An API that knows more than the page does not disturb it. */
export async function unknownFields(person) {
  const { page } = person;
  await page.route(/\/v1\/(node|members|suppliers|session|policies)(\?|\/|$)/, async (route) => {
    const answer = await route.fetch();
    const type = answer.headers()['content-type'] ?? '';
    if (!answer.ok() || !type.includes('json')) return route.fulfill({ response: answer });
    return route.fulfill({ response: answer, json: enriched(await answer.json()) });
  });
  await person.open('/suppliers');
  await page.getByRole('link', { name: 'Beihai Circuit Boards' }).first().waitFor();
  await person.press(page.getByRole('link', { name: 'Beihai Circuit Boards' }).first());
  await page.getByRole('region', { name: person.t('supplier:hero.title') }).waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}

/** A line that takes a second for everything: the page says that it waits, and then has it all. */
export async function slowLine(person) {
  const { page } = person;
  await page.route('**/v1/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await route.continue().catch(() => undefined);
  });
  await page.goto(person.house.url(person.player) + '/audit/policies');
  await page.getByRole('status').first().waitFor();
  await page.locator('.audit-table tbody tr').first().waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}

/** The session ends while somebody types: the password is asked for, and what was typed is checked then. */
export async function endedSession(person) {
  const { page, t, house } = person;
  await person.open('/verify');
  const text = readFileSync(house.handed('cathodes', 'credential.sd-jwt'), 'utf8').trim();
  await person.fill(page.locator('#verify-text'), text);
  await page.context().clearCookies();
  await person.press(person.button('verify:check'));
  const password = page.locator('form input[type=password]');
  await password.waitFor();
  await page.getByText(t('shell:again.title')).waitFor();
  await person.fill(password, house.access(person.player).password);
  await page.keyboard.press('Enter');
  equal(await person.verdict(), 'good', 'the verdict after signing in again');
}

/** The node goes down when a file is on its way and comes back: the upload ends well, and once. */
export async function restartInUpload(person, { stop, start }) {
  const { page, t } = person;
  await person.open('/upload');
  let tries = 0;
  let down = null;
  await page.route(/\/v1\/imports$/, async (route) => {
    if (route.request().method() === 'POST') {
      tries += 1;
      down ??= stop();
      await down;
    }
    await route.continue().catch(() => undefined);
  });
  await uploadOne(person);
  await page.getByText(person.counted('upload:waiting', 1).slice(0, 12), { exact: false }).first().waitFor();
  await start();
  const [before, after] = t('upload:result', { added: '#', known: '#', refused: 0 }).split('#').slice(1, 3);
  await page.getByText(before.trim(), { exact: false }).and(page.getByText(after.trim(), { exact: false })).first().waitFor();
  check(tries >= 2, 'the upload was not tried again');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
}
