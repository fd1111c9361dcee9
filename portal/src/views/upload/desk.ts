/** Uploads under way, above all screens: going elsewhere and coming back loses none of them. */
import { api, sleep, take } from '../../api/client';
import { session } from '../../api/session';
import { post, upload } from '../../api/uploads';
import type { Job, Progress } from '../../api/uploads';
import { batchesOf, look, HEAD_BYTES } from './detect';
import type { Batch, Look } from './detect';

export interface Chosen {
  readonly id: string;
  readonly name: string;
  readonly file: File;
  readonly look: Look;
}

export interface Upload {
  readonly key: string;
  readonly subject: string;
  readonly names: readonly string[];
  readonly progress: Progress | null;
  readonly job: Job | null;
  readonly error: unknown;
}

interface Desk {
  readonly chosen: readonly Chosen[];
  readonly uploads: readonly Upload[];
}

const KEPT = 'credence/imports';
const POLL_MS = 700;
const carrier = { session, post, sleep };

class UploadDesk {
  private desk: Desk = { chosen: [], uploads: [] };
  private readonly listeners = new Set<() => void>();

  readonly read = (): Desk => this.desk;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  async add(files: readonly File[]): Promise<void> {
    const fresh = await Promise.all(
      files.map(async (file): Promise<Chosen> => {
        const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
        return { id: crypto.randomUUID(), name: file.name, file, look: look(head, file.size) };
      }),
    );
    this.become({ ...this.desk, chosen: [...this.desk.chosen, ...fresh] });
  }

  remove(id: string): void {
    this.become({ ...this.desk, chosen: this.desk.chosen.filter((one) => one.id !== id) });
  }

  clear(): void {
    this.become({ ...this.desk, chosen: [] });
  }

  restore(chosen: readonly Chosen[]): void {
    this.become({ ...this.desk, chosen: [...chosen, ...this.desk.chosen] });
  }

  forget(key: string): void {
    this.become({ ...this.desk, uploads: this.desk.uploads.filter((one) => one.key !== key) });
  }

  /** Send all that is good; what is not stays, to be mended. */
  send(subject: string): void {
    const batches = batchesOf(this.desk.chosen);
    const sent = new Set(batches.flatMap(({ files, mapping }) => [...files, ...(mapping === null ? [] : [mapping])]));
    this.become({ ...this.desk, chosen: this.desk.chosen.filter((one) => !sent.has(one)) });
    for (const batch of batches) void this.carry(batch, subject);
  }

  /** Jobs that an earlier page of this tab left behind, watched to their end. */
  resume(): void {
    for (const { key, subject, id, names } of kept()) {
      if (this.desk.uploads.some((one) => one.key === key)) continue;
      this.put({ key, subject, names, progress: null, job: null, error: null });
      void this.watch(key, id);
    }
  }

  private async carry(batch: Batch<Chosen>, subject: string): Promise<void> {
    const key = crypto.randomUUID();
    const names = batch.files.map(({ name }) => name);
    const form = new FormData();
    for (const { file, name } of batch.files) form.append('files', file, name);
    if (batch.mapping !== null) form.append('mapping', batch.mapping.file, batch.mapping.name);
    form.append('supplier', subject);
    this.put({ key, subject, names, progress: { sent: 0, tries: 0, waiting: false }, job: null, error: null });
    try {
      const job = (await upload('/v1/imports', form, key, carrier, (progress) => this.change(key, { progress }))) as Job;
      keep([...kept(), { key, subject, id: job.id, names }]);
      this.change(key, { progress: null, job });
      await this.watch(key, job.id);
    } catch (error) {
      this.change(key, { progress: null, error });
      // Nothing is lost: the files lie on the desk again.
      this.restore([...batch.files, ...(batch.mapping === null ? [] : [batch.mapping])]);
    }
  }

  private async watch(key: string, id: string): Promise<void> {
    try {
      for (;;) {
        const job = await take(api.GET('/v1/imports/{job}', { params: { path: { job: id } } }));
        this.change(key, { job });
        if (job.state === 'done' || job.state === 'failed') break;
        await sleep(POLL_MS);
      }
    } catch (error) {
      this.change(key, { error });
    }
    keep(kept().filter((one) => one.key !== key));
  }

  private put(one: Upload): void {
    this.become({ ...this.desk, uploads: [one, ...this.desk.uploads] });
  }

  private change(key: string, part: Partial<Upload>): void {
    this.become({ ...this.desk, uploads: this.desk.uploads.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  }

  private become(desk: Desk): void {
    this.desk = desk;
    for (const listener of this.listeners) listener();
  }
}

interface Kept {
  readonly key: string;
  readonly subject: string;
  readonly id: string;
  readonly names: readonly string[];
}

function kept(): readonly Kept[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? '[]') as Kept[];
  } catch {
    return [];
  }
}

function keep(all: readonly Kept[]): void {
  sessionStorage.setItem(KEPT, JSON.stringify(all));
}

export const desk = new UploadDesk();
