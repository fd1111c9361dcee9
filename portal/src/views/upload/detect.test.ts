import { describe, expect, it } from 'vitest';
import { batchesOf, look, problemOf } from './detect';
import type { Candidate } from './detect';
import { reportOf } from './report';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const see = (text: string) => look(bytes(text), text.length);
const file = (name: string, text: string): Candidate => ({ name, look: see(text) });

describe('look', () => {
  it('knows the formats by their content', () => {
    expect(see('<?xml version="1.0"?><QIFDocument xmlns="x">').format).toBe('qif');
    expect(see('\ufeffK0100 2\nK1001/1 CAT').format).toBe('aqdef');
    expect(see('{"MessageName":"CFX.Production"}').format).toBe('cfx');
    expect(see('{ "format": "credence-mapping/1" }').format).toBe('mapping');
    expect(see('Lot;Part\n1;2').format).toBe('csv');
    expect(look(new Uint8Array([0x50, 0x4b, 3, 4, 20]), 900).format).toBe('excel');
  });

  it('says what is wrong before anything travels', () => {
    expect(look(new Uint8Array(), 0).problem).toBe('empty');
    expect(see('   \n ').problem).toBe('empty');
    expect(see('<html>').problem).toBe('other-xml');
    expect(look(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 99).problem).toBe('image');
    expect(look(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0]), 99).problem).toBe('old-office');
    expect(look(new Uint8Array([1, 2, 3]), 3).problem).toBe('binary');
    expect(look(bytes('a'), 2 ** 31).problem).toBe('too-large');
  });
});

describe('batches', () => {
  const qif = file('a.qif', '<QIFDocument>');
  const table = file('deliveries.csv', 'Lot;Part');
  const other = file('final.csv', 'X;Y');
  const mapping = file('deliveries.csv.mapping.json', '{"format":"credence-mapping/1"}');
  const second = file('final.csv.mapping.json', '{"format":"credence-mapping/1"}');

  it('send each table with its own mapping, and all others together', () => {
    const batches = batchesOf([qif, table, other, mapping, second]);
    expect(batches.map(({ files, mapping: by }) => [files.map(({ name }) => name), by?.name ?? null])).toEqual([
      [['a.qif'], null],
      [['deliveries.csv'], 'deliveries.csv.mapping.json'],
      [['final.csv'], 'final.csv.mapping.json'],
    ]);
  });

  it('leave out a table without mapping and a file that is there twice, and say so', () => {
    expect(problemOf(table, [qif, table])).toBe('no-mapping');
    expect(batchesOf([qif, table])).toHaveLength(1);
    const again = file('a.qif', '<QIFDocument>');
    expect(problemOf(again, [qif, again])).toBe('twice');
    expect(problemOf(qif, [qif, again])).toBeNull();
  });

  it('take the only mapping for every table', () => {
    expect(batchesOf([table, other, mapping])[0]?.files).toHaveLength(2);
  });
});

describe('report', () => {
  it('reads what the node tells and survives what it does not', () => {
    expect(reportOf({ added: 2, refused: 1, files: [{ name: 'a', outcome: 'refused', reason: 'r', advice: 'd', shape: 3 }, 7] })).toEqual({
      added: 2, known: 0, refused: 1, files: [{ name: 'a', outcome: 'refused', reason: 'r', advice: 'd' }],
    });
    expect(reportOf(undefined).files).toEqual([]);
  });
});
