// What a node says of a federation and of its models, in three scenes: `full` (it looks after the federation), `elsewhere` (another
// member does) and `nothing`. Written after /v1/training and /v1/models of a node; held against docs/openapi.json by a test.
import { problem } from './stand.mjs';

const hex = (seed) => seed.repeat(64).slice(0, 64);
const NAMES = ['Press shop', 'Gear works', 'Housing line', 'Spindle maker', 'Rotor works', 'Shaft plant', 'Valve maker'];
const LEIS = NAMES.map((_, n) => `CREDENCESANDBOX${String.fromCharCode(65 + n)}0${n}${n + 1}${n + 2}`.slice(0, 20).padEnd(20, '0'));
const OURS = LEIS[1];
export const RUN = { finished: hex('3fa9c1'), running: hex('8b1e'), left: hex('c04d7'), again: hex('d9e2') };
const short = (name) => RUN[name].slice(0, 32);
const CODE = hex('7c3');
const FEATURES = ['air-temperature', 'temperature-rise', 'rotational-speed', 'torque', 'power', 'tool-wear', 'strain'];
const COLUMNS = [['air-temperature', 'K', '280', '320'], ['process-temperature', 'K', '290', '330'], ['rotational-speed', '{count}/min', '500', '4000'], ['torque', 'N.m', '0', '150'], ['tool-wear', 'min', '0', '500']];
const columns = COLUMNS.map(([name, unit, low, high]) => ({ name, unit, low, high }));
const NOW = Date.parse('2026-11-26T15:00:00Z');

const loss = (round) => [(0.21 + 0.42 * 0.78 ** round).toFixed(6), (0.19 + 0.38 * 0.76 ** round).toFixed(6), '0.033900'];
const out = (round, every) => (every && round % every === 0 ? [LEIS[2]] : []);
const members = (count) => LEIS.slice(0, count).toSorted();

function run(name, { count, rounds, done, every = 0, ...more }) {
  const newest = done === 0 ? {} : { parties: members(count).filter((one) => !out(done, every).includes(one)), out: out(done, every), metrics: loss(done) };
  return { name: short(name), state: 'finished', rounds, done, parties: [], out: [], metrics: [], on_chain: done, agrees: true, leaving: '', withdrawn: [], again: '', ...newest, ...more };
}

const RUNS = [
  run('again', { count: 6, rounds: 8, done: 3, state: 'running', again: RUN.left }),
  run('running', { count: 4, rounds: 10, done: 4, every: 4, state: 'paused' }),
  run('left', { count: 7, rounds: 8, done: 8, withdrawn: [{ party: LEIS[6], first: 3, retrained: short('again') }] }),
  run('finished', { count: 7, rounds: 24, done: 24, every: 5 }),
];
const SIZES = { again: [6, 0], running: [4, 4], left: [7, 0], finished: [7, 5] };

function detail(row) {
  const [count, every] = SIZES[Object.keys(RUN).find((name) => short(name) === row.name)];
  const records = Array.from({ length: row.done }, (_, n) => ({
    round: n + 1, members: members(count), out: out(n + 1, every), weight: 1_200 * count, epsilon: row.name === short('finished') ? (0.1 * (n + 1)).toFixed(1) : '0',
    model_before: hex(`${n}a`), model_after: hex(`${n + 1}a`), record: hex(`${n}f1`), code: CODE,
  }));
  const events = records.slice(-24).map((one) => ({ event: 'round', round: one.round, parties: members(count), out: one.out, metrics: loss(one.round), took_ms: 5_200, at_ms: NOW - 60_000 * (row.done - one.round) }));
  const extra = row.state === 'paused' ? [{ event: 'waiting', round: 5, present: 2, reason: 'two of three parties are there', at_ms: NOW - 40_000 }, { event: 'paused', reason: 'round 5 found no quorum within 60 s', at_ms: NOW - 20_000 }] : [];
  return { ...row, records, events: [{ event: 'started', at_ms: NOW - 3_600_000 }, ...events, ...extra, ...(row.state === 'finished' ? [{ event: 'finished', at_ms: NOW }] : [])] };
}

const drift = (row) => row.name === short('finished')
  ? { run: row.name, state: 'watch', before: 1, after: 24, features: FEATURES.map((feature, n) => ({ feature, index: [4_100, 18_400, 61_000, 182_000, 143_500, 9_700, 44_200][n], state: [3, 4].includes(n) ? 'watch' : 'steady' })), reason: '' }
  : { run: row.name, state: 'unknown', before: 0, after: 0, features: [], reason: row.name === short('running') ? 'no-tally' : 'one-round' };

const EFFECTS = [['0.412300', '0.101200'], ['0.121000', '0.095500'], ['0.034000', '0.120700'], ['-0.052000', '0.110000'], ['0.081300', '0.098000'], ['-0.066600', '0.104100'], ['-0.530000', '0.130400']];
function contributions(row) {
  const told = row.name === short('finished');
  const [count] = SIZES[Object.keys(RUN).find((name) => short(name) === row.name)];
  const parties = LEIS.slice(0, count).map((org, n) => {
    const harmful = told && n === 6;
    const rounds = row.done - (n === 2 ? Math.floor(row.done / 5) : 0);
    return { org, name: NAMES[n], rounds, effect: told ? EFFECTS[n][0] : '', error: told ? EFFECTS[n][1] : '', harmful, shared: harmful ? '0.000000' : (rounds / row.done).toFixed(6), reason: harmful ? 'harmful' : '' };
  });
  return { run: row.name, rounds: row.done, parties, reason: told ? '' : count < 6 ? 'one-bucket' : 'too-few-rounds' };
}

const SPEC = { format: 'credence-feature-spec/1', name: 'milling-failure', version: 1, label: 'machine-failure', outside: '0.05', columns: columns.map((one) => ({ ...one, optional: false })), features: FEATURES.map((name) => ({ name, operation: 'column', of: [name] })) };
const given = Array.from({ length: 14 }, (_, n) => ({
  run: RUN.finished, step: 24 - n,
  record: { format: 'credence-contribution/1', run: `0x${RUN.finished}`, step: 24 - n, committee: `0x${hex('5e')}`, receipt: { org: OURS, vector: `0x${hex('b7')}`, signature: `0x${hex('e1')}${hex('0d')}` } },
}));
const plant = (more = {}) => ({ org: OURS, superlink: '127.0.0.1:9092', spec: SPEC, pinned: CODE, paused: false, left: false, given, ...more });

const model = (more) => ({
  name: 'milling-failure', version: 1, state: 'released', reason: '', counting: false, hindrances: [], digest: hex('a41'), round: hex('23f1'), run: RUN.finished, model: hex('24a'), code: CODE,
  checked: true, parties: 7, created: '2026-11-26', figures: { auc: '0.9771', f1: '0.6820' }, lines: ['L1', 'L2'], epsilon: '', ...more,
});
const MODELS = [
  model({ version: 1, state: 'stopped', reason: 'torque sensors of line 1 were replaced', run: '', model: '', code: '', checked: false, figures: {}, lines: [], created: '2026-06-02' }),
  model({ version: 2, created: '2026-08-14', hindrances: [
    { reason: 'drift:torque', subject: OURS, since: '2026-11-01T08:00:00Z', source: 'watch' },
    { reason: 'federation-drift:power', subject: '', since: '2026-11-20', source: 'federation' },
  ] }),
  model({ version: 3, state: 'trial', epsilon: '2.4' }),
  model({ name: 'press-tonnage', version: 1, counting: true, lines: ['press 4'], figures: { auc: '0.91' }, run: RUN.left, created: '2026-10-03' }),
];
const detailOf = (row) => ({ ...row, columns, features: FEATURES, rows: 200, outside: 50_000, drift: 250_000, until: '2027-11-26' });

const DRIFT = { torque: 310_000, power: 148_000, 'rotational-speed': 61_000, strain: 44_000, 'temperature-rise': 18_000, 'tool-wear': 9_700, 'air-temperature': 4_100 };
const PARTS = { torque: '9150', 'tool-wear': '4400/3', strain: '2100', power: '-1600', 'rotational-speed': '-400/3', 'air-temperature': '250', 'temperature-rise': '50/3' };
const INDEX = { subject: OURS, period: '2026-10', parts: 1_212, outside: 3, counts: true, index: 31_250, reference: 20_000, contributions: PARTS, drift: Object.fromEntries(Object.entries(DRIFT).map(([name, index]) => [name, Math.round(index / 4)])), reasons: [], statement: hex('90c') };
const SILENT = { subject: OURS, period: '2026-10', parts: 1_180, outside: 62, counts: false, index: null, reference: 20_000, contributions: {}, drift: DRIFT, reasons: ['drift:torque', 'out-of-range:62'], statement: null };
const looks = [
  { ...SILENT, period: '2026-11-25', at: '2026-11-25T23:10:00Z', source: 'watch', by: 'the node', reasons: ['drift:torque'], outside: 0 },
  { ...SILENT, subject: '', period: short('finished'), parts: 0, outside: 0, drift: { power: 262_000, torque: 182_000 }, reasons: ['federation-drift:power'], at: '2026-11-20T06:00:00Z', source: 'federation', by: 'the node' },
  { ...INDEX, period: '2026-09', at: '2026-10-02T09:30:00Z', source: 'assess', by: 'eva' },
];

const WHO = {
  id: 'eva', name: 'eva', via: 'session', must_change_password: false, csrf: 'c', ends: '2026-11-27T00:00:00Z', roles: ['engineer', 'steward'],
  permissions: ['self', 'members:read', 'scores:read', 'training:read', 'training:write', 'plant:write', 'causes:read', 'causes:write'],
};
const member = (lei, n) => ({ lei, name: NAMES[n], org: hex('ab'), active: true, account: null, endpoint: '', roles: ['supplier'] });
const REFUSED = problem(422, 'ProofError', `run ${short('finished')} does not agree with the chain: the chain holds 23 rounds, the run has 24; round 17: another record and sum of weights than the chain's`, 'Wait until all rounds are on chain.');
const LEFT = { run: short('finished'), party: LEIS[6], retrained: short('again'), first: 1, again: 24, withdrawn: [hex('1a'), hex('2a')], digest: hex('6d'), state: 'done', stopped: [{ name: 'milling-failure', version: 3, reason: 'left' }], problem: '' };

/** Questions and answers of a scene; `state` holds what was changed at the stand. */
export function answers(scene, state = {}) {
  const full = scene === 'full';
  const runs = full ? RUNS : [];
  const models = scene === 'nothing' ? [] : MODELS.map((one) => state[`${one.name}/${one.version}`] ?? one);
  const ours = scene === 'nothing' ? null : plant(state.plant);
  const table = new Map([
    ['GET /v1/session', WHO],
    ['GET /v1/node', { lei: OURS, name: NAMES[1], block: 4_711, event: 12, now: '2026-11-26T15:00:00Z', roles: ['supplier'], statements: 812 }],
    ['GET /v1/members', { items: LEIS.map(member), next: null }],
    ['GET /v1/training', { steward: full ? { superlink: true, worker: true, front: true } : null, runs }],
    ['GET /v1/training/plant', { plant: ours }],
    ['POST /v1/training/plant/pause', { plant: ours && { ...ours, paused: true } }],
    ['POST /v1/training/plant/resume', { plant: ours && { ...ours, paused: false } }],
    ['POST /v1/training/plant/leave', { plant: plant({ left: true }), runs: full ? [{ ...LEFT, party: OURS }] : [] }],
    ['GET /v1/models', { items: models }],
  ]);
  for (const row of runs) {
    const path = `/v1/training/runs/${row.name}`;
    table.set(`GET ${path}`, detail(row)).set(`GET ${path}/drift`, drift(row)).set(`GET ${path}/contributions`, contributions(row)).set(`POST ${path}/leave`, LEFT);
  }
  for (const row of models) {
    const path = `/v1/models/${row.name}/${row.version}`;
    table.set(`GET ${path}`, detailOf(row)).set(`GET ${path}/assessments`, { items: row.state === 'released' ? looks : [] });
    table.set(`POST ${path}/release`, { ...row, state: 'released', counting: true });
    table.set(`POST ${path}/stop`, { ...row, state: 'stopped', reason: 'the sensor was replaced', counting: false });
    table.set(`POST ${path}/assess`, row.counting ? { ...INDEX, known: false } : { ...SILENT, known: false });
  }
  return table;
}

/** As a node answers: a model taken from a run is refused here, one that comes as a file is kept; changes stay. */
export function answering(scene) {
  const state = {};
  return (method, path, body) => {
    if (method === 'POST' && path === '/v1/models') {
      return body.includes('filename=') ? { status: 201, json: model({ version: 4, state: 'trial', checked: false, run: '' }) } : { status: 422, json: REFUSED };
    }
    const json = answers(scene, state).get(`${method} ${path}`);
    if (json === undefined) return undefined;
    const found = /^\/v1\/models\/([^/]+\/\d+)\/(release|stop)$/.exec(path);
    if (method === 'POST' && found !== null) state[found[1]] = json;
    if (method === 'POST' && path.startsWith('/v1/training/plant/')) state.plant = { paused: json.plant.paused, left: json.plant.left };
    return { json };
  };
}

/** Every answer once, with what asks for it, for whoever holds them against the API's description. */
export function every() {
  return ['full', 'elsewhere', 'nothing'].flatMap((scene) => [...answers(scene)].map(([asked, json]) => ({ scene, asked, json }))).concat([{ scene: 'full', asked: 'POST /v1/models', json: model({ version: 4 }) }]);
}
