// With the node stopped: pages that were open go on verifying, and refuse every tampered vector.
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { check, equal } from './browser.mjs';

const vectors = (name) => JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}.json`, import.meta.url), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'credence-vectors-'));

function written(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** RFC 8785 for what these vectors hold: names sorted, no white space. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

function edited(one, golden) {
  const copy = structuredClone(one.bundle ?? golden);
  for (const [pointer, value] of one.edits ?? []) {
    const steps = pointer.slice(1).split('/');
    const last = steps.pop();
    steps.reduce((at, step) => at[step], copy)[last] = value;
  }
  return canonical(copy);
}

/** Put a file on the page without opening a dialog: only what comes of it is asked here. */
async function give(page, path) {
  await page.locator('.drop-input').first().setInputFiles(path);
}

/** The auditor trusts the vectors' block and pins their contracts by a file: nothing is left to ask. */
export async function proofs(person) {
  const { page } = person;
  const { golden, cases } = vectors('tampered');
  const network = {
    format: 'credence-network/1', name: 'vectors', chain_id: 31337, genesis: `0x${'11'.repeat(32)}`,
    contracts: { EvidenceLog: golden.anchor.log.address, MemberRegistry: golden.anchor.registry.address }, schemas: {},
  };
  await page.locator('.drop-input').nth(1).setInputFiles(written('network.json', JSON.stringify(network)));
  await page.getByText(person.t('audit:trust.pinned', { name: 'vectors' })).waitFor();
  const answer = async (name, text, blocks) => {
    await page.locator('#audit-blocks').fill(`0x${blocks}`);
    await give(page, written(`${name.replaceAll(/[^a-z0-9]+/gi, '-')}.proof`, text));
    await page.getByText(`${name.replaceAll(/[^a-z0-9]+/gi, '-')}.proof`).first().waitFor();
    return { verdict: await person.verdict(), parts: await person.parts() };
  };
  const sound = await answer('golden', canonical(golden), cases[0].trusted_block);
  equal(sound.verdict, 'good', 'the golden proof without a node');
  for (const one of cases) {
    const { verdict, parts } = await answer(one.name, edited(one, golden), one.trusted_block);
    check(verdict !== 'good', `${one.name}: accepted`);
    equal(parts, one.expected, one.name);
  }
  return cases.length;
}

/** Spellings of a live credential that must not count, each with what was done. */
function tamperings(text) {
  const [signed, ...rest] = text.split('~');
  const [header, payload, signature] = signed.split('.');
  const flip = (part, at) => part.slice(0, at) + (part[at] === 'A' ? 'B' : 'A') + part.slice(at + 1);
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const rewritten = (change) => Buffer.from(canonical({ ...claims, ...change })).toString('base64url');
  const whole = (...parts) => [parts.join('.'), ...rest].join('~');
  return [
    ['a later expiry', whole(header, rewritten({ exp: claims.exp + 1 }), signature)],
    ['another subject', whole(header, rewritten({ sub: 'CREDENCESANDBOXC0342' }), signature)],
    ['another issuer', whole(header, rewritten({ iss: 'CREDENCESANDBOXA0166' }), signature)],
    ['a changed signature', whole(header, payload, flip(signature, 20))],
    ['a changed header', whole(flip(header, 12), payload, signature)],
    ['a changed disclosure', [signed, flip(rest[0], 30), ...rest.slice(1)].join('~')],
    ['a disclosure twice', [signed, rest[0], ...rest].join('~')],
    ['no tilde', signed],
    ['a cut end', text.slice(0, -25)],
    ['no attestation', whole(header, rewritten({ status: undefined }), signature)],
  ];
}

/** The bank's page has the chain's state as of its last answer, says so, and refuses what was changed. */
export async function credentials(person) {
  const { page, house } = person;
  const text = readFileSync(house.handed('housings', 'credential.sd-jwt'), 'utf8').trim();
  const again = async () => {
    const other = page.getByRole('button', { name: person.t('verify:another') });
    if (await other.isVisible()) await other.click();
  };
  const answer = async (name, content) => {
    await again();
    await give(page, written(`${name.replaceAll(/[^a-z0-9]+/gi, '-')}.sd-jwt`, content));
    return person.verdict();
  };
  const sound = await answer('sound', text);
  equal(sound, 'good', 'the sound credential, by the state that was kept');
  check((await page.locator('.page').innerText()).match(/block|区块/) !== null, 'the page does not say as of which block');
  await page.locator('.ant-alert-warning').first().waitFor();
  const { cases } = vectors('credential');
  const all = [...tamperings(text), ...cases.map((one) => [one.name, one.credential])];
  for (const [name, content] of all) check((await answer(name, content)) !== 'good', `${name}: accepted`);
  return all.length;
}
