// Prints what the page costs, as JSON. See README.md.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { pack } from '../scripts/packing.mjs';
import { serve, suppliers } from './server.mjs';

const COUNT = 10_000;
const STARTS = 5;
const here = import.meta.dirname;
const tell = (text) => process.stderr.write(`   ${text}\n`);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const round = (value, digits = 0) => Number(value.toFixed(digits));

/** Watches frames, long tasks, layout shifts and the largest paint from the first moment of a page. */
const watch = () => {
  const seen = { lcp: 0, cls: 0, tbt: 0, gap: 0 };
  window.seen = seen;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.lcp = entry.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.cls += entry.value; }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.tbt += entry.duration - 50; }).observe({ type: 'longtask', buffered: true });
  let last = performance.now();
  const tick = (now) => { seen.gap = Math.max(seen.gap, now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
};

/** Longest task of the page's main thread between start and stop, in processor milliseconds, out of Chromium's own trace. */
async function trace(page, work) {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const done = new Promise((resolve) => client.once('Tracing.tracingComplete', resolve));
  await client.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel'] } });
  await work();
  await client.send('Tracing.end');
  await done;
  const main = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`));
  const tasks = events.filter(({ name, pid, tid, ph }) => ph === 'X' && (name === 'RunTask' || name === 'ThreadControllerImpl::RunTask') && main.has(`${pid} ${tid}`));
  const cpu = tasks.map(({ tdur }) => (tdur ?? NaN) / 1000).filter(Number.isFinite);
  return { longest: Math.max(0, ...cpu), tasks: cpu.length };
}

async function list(browser, url) {
  tell('loading 10,000 suppliers');
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block', locale: 'en-GB' })).newPage();
  await page.addInitScript(watch);
  await page.goto(`${url}/suppliers`);
  await page.getByText(`${new Intl.NumberFormat('en-GB').format(COUNT)} suppliers`).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(3_000);
  const reset = () => page.evaluate(() => { window.seen.gap = 0; });
  await reset();
  tell('scrolling');
  const scrolling = await trace(page, async () => {
    await page.evaluate(async () => {
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const end = document.documentElement.scrollHeight;
      for (let n = 0; n <= 60; n += 1) { window.scrollTo(0, (end * n) / 60); await frame(); }
      for (let n = 0; n < 40; n += 1) { window.scrollBy(0, -400); await frame(); }
    });
    await page.waitForTimeout(500);
  });
  const scrollGap = await page.evaluate(() => window.seen.gap);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.waitForTimeout(1_000);
  await reset();
  tell('filtering');
  const filtering = await trace(page, async () => {
    await page.getByPlaceholder('Name or LEI').pressSequentially('hongyan bearings', { delay: 60 });
    await page.waitForTimeout(800);
    await page.getByPlaceholder('Name or LEI').fill('');
    await page.waitForTimeout(800);
  });
  const filterGap = await page.evaluate(() => window.seen.gap);
  await page.context().close();
  return {
    suppliers: COUNT,
    'scroll: longest task, CPU ms': round(scrolling.longest, 1), 'scroll: longest gap between frames, ms': round(scrollGap),
    'filter: longest task, CPU ms': round(filtering.longest, 1), 'filter: longest gap between frames, ms': round(filterGap),
    'tasks seen': scrolling.tasks + filtering.tasks,
  };
}

async function start(browser, url, path, ready) {
  tell(`first screen, ${STARTS} starts`);
  const found = [];
  for (let n = 0; n < STARTS; n += 1) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block', locale: 'en-GB' });
    const page = await context.newPage();
    await page.addInitScript(watch);
    await page.goto(url + path);
    await page.locator(ready).first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1_500);
    found.push(await page.evaluate(() => window.seen));
    await context.close();
  }
  return { 'LCP, ms': round(median(found.map(({ lcp }) => lcp))), CLS: round(median(found.map(({ cls }) => cls)), 3), 'TBT, ms': round(median(found.map(({ tbt }) => tbt))) };
}

const folder = await mkdtemp(join(tmpdir(), 'credence-plain-'));
const browser = await chromium.launch({ executablePath: process.env.CREDENCE_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const servers = [];
try {
  tell('building the plain page');
  await build({ root: join(here, 'plain'), base: '/', logLevel: 'error', configFile: false, plugins: [react()], build: { outDir: folder, emptyOutDir: true, target: 'es2023' } });
  await pack(folder);
  const dist = process.env.CREDENCE_DIST ?? join(here, '../dist');
  const many = await serve(dist, suppliers(COUNT));
  const [own, plain] = [await serve(dist, suppliers(20)), await serve(folder, suppliers(20))];
  servers.push(many, own, plain);
  const result = { list: await list(browser, many.url), 'first screen': { portal: await start(browser, own.url, '/suppliers', '.suppliers-row .cell-name a'), 'plain Ant Design': await start(browser, plain.url, '/', '.ant-table-row') } };
  process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);
} finally {
  for (const server of servers) server.close();
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
