// Serves a built page as the node does (packed files), and answers as a node with so many suppliers would.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.png': 'image/png', '.webmanifest': 'application/manifest+json' };
const WHO = {
  id: 'usr_5d41402abc4b2a76b9719d91', name: 'bench', via: 'session', roles: ['purchaser'], csrf: 'x', ends: null, must_change_password: false,
  permissions: ['self', 'scores:read', 'members:read', 'cases:read', 'events:read', 'statements:read'],
};

/** Numbers that look random and are the same each time (a linear congruential generator). */
function seeded(seed) {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296;
}

const NAMES = ['Hongyan', 'Lantian', 'Beihai', 'Yuanshan', 'Jinqiao', 'Zhenxin', 'Huace', 'Qingfeng', 'Donghe', 'Tianlin'];
const TRADES = ['Housings', 'Cathodes', 'Boards', 'Castings', 'Seals', 'Bearings', 'Harnesses', 'Coatings'];

export function suppliers(count) {
  const next = seeded(7);
  const pick = (list) => list[Math.floor(next() * list.length)];
  return Array.from({ length: count }, (_, n) => {
    const points = Math.floor(next() * 60e6 + 40e6);
    const wide = Math.floor(next() * 9e6 + 1e6);
    const eligible = points - wide >= 70e6;
    const lines = ['capability', 'defect-rate', 'closure-time'].map((indicator) => ({ indicator, bad: 1, contribution: 1, exposure: 10, high: points, low: 1, lingering: 0, months: 6, points: 1, present: true, reference_points: 1, theta: ['1', '2'], utility: 1, weight: 1 }));
    const card = { format: 'credence-card/1', state: 'rated', points, low: points - wide, high: Math.min(1e8, points + wide), band: 1, band_name: points > 9e7 ? 'A' : points > 8e7 ? 'B' : points > 7e7 ? 'C' : 'D', eligibility: eligible ? 'eligible' : 'not-eligible', commodity: pick(['cells', 'boards', 'castings', 'seals']), lines, reasons: [], blockers: [] };
    const lei = `BENCH${String(n).padStart(13, '0')}${String(n % 97).padStart(2, '0')}`;
    return { lei, name: `${pick(NAMES)} ${pick(TRADES)} ${n}`, active: true, trend: { direction: 'up', change: '+0.4' }, score: { number: n, subject: lei, computed: '2026-11-01T08:00:00Z', policy: '0'.repeat(64), attestation: n % 3 ? null : `0x${'1'.repeat(64)}`, credential: false, card } };
  });
}

function api(url, all) {
  switch (url.pathname) {
    case '/v1/session':
      return WHO;
    case '/v1/node':
      return { lei: 'BENCH000000000000000', name: 'Bench', roles: ['purchaser'], block: 1234, statements: 0, event: 0, now: '2026-11-26T12:00:00Z' };
    case '/v1/suppliers': {
      const start = Number(url.searchParams.get('cursor') ?? 0);
      const end = start + Number(url.searchParams.get('limit') ?? 100);
      return { items: all.slice(start, end), next: end < all.length ? String(end) : null };
    }
    case '/v1/trends':
      return { items: url.searchParams.getAll('lei').map((lei) => ({ lei, points: [61, 64, 63, 70, 72].map((points, number) => ({ number, points: String(points), low: '1', high: '2', band: 'C', as_of: '2026-11-01', computed: '2026-11-01T00:00:00Z', policy_name: 'p', attested: false })) })) };
    case '/v1/cases':
      return { items: [], next: null };
    default:
      return null;
  }
}

/** @returns {Promise<{url: string, close: () => void}>} */
export async function serve(dist, all) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://bench');
    if (url.pathname.startsWith('/v1/')) {
      const body = api(url, all);
      response.writeHead(body === null ? 404 : 200, { 'Content-Type': 'application/json' });
      return response.end(JSON.stringify(body ?? { status: 404 }));
    }
    const name = extname(url.pathname) ? url.pathname : '/index.html';
    for (const [ending, coding] of [['.br', 'br'], ['', null]]) {
      const bytes = await readFile(join(dist, name + ending)).catch(() => null);
      if (bytes === null) continue;
      response.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', ...(coding && { 'Content-Encoding': coding }) });
      return response.end(bytes);
    }
    response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
