// A stand for one page: serves the built portal, and answers its questions from a table instead of a node. For looking at screens
// whose node would take minutes to bring into that state; `tests/e2e/test_federation_portal.py` holds the answers against
// docs/openapi.json, so that they are what a node would say.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.webmanifest': 'application/manifest+json' };

const body = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
};

export class Stand {
  /** `answer(method, path, body)` gives {status, json}; whatever changes something is kept in `asked`. */
  constructor(dist, answer) {
    Object.assign(this, { dist, answer, asked: [], server: createServer((request, response) => void this.serve(request, response)) });
  }

  async open() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** As `House` for one player, so that `visit` works. */
  url() {
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  access() {
    return { user: 'eva', password: '' };
  }

  async serve(request, response) {
    const { pathname } = new URL(request.url, this.url());
    if (!pathname.startsWith('/v1/')) return this.file(pathname, response);
    if (pathname === '/v1/events') return response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': here\n\n');
    const text = await body(request);
    if (request.method !== 'GET') this.asked.push({ method: request.method, path: pathname, body: text });
    const { status = 200, json } = this.answer(request.method, pathname, text) ?? { status: 404, json: problem(404, 'NotFoundError', 'no such thing', '') };
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(json));
  }

  file(pathname, response) {
    const path = join(this.dist, pathname);
    const found = pathname !== '/' && extname(pathname) !== '' && existsSync(path) ? path : join(this.dist, 'index.html');
    response.writeHead(200, { 'Content-Type': TYPES[extname(found)] ?? 'application/octet-stream' }).end(readFileSync(found));
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export const problem = (status, name, detail, advice) => ({ type: `urn:credence:error:${name}`, title: name, status, detail, advice, request_id: '5d41402abc4b2a76' });
