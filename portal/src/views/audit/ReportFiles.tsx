import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { moodOf } from '../../ui/Answers';
import { DropFile } from '../../ui/DropFile';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { subjectText } from '../../verify/identity';
import { MAX_SCORE_BYTES, SCORE_PARTS } from '../../verify/score';
import { PARTS } from '../../verify/verify';
import { prove } from './prove';
import { checkHere, recomputeThere } from './recompute';

interface Line {
  readonly key: number;
  readonly name: string;
  readonly what: 'proof' | 'score';
  readonly mood: 'good' | 'watch' | 'bad';
  readonly about: string;
}

async function examine(file: File, key: number): Promise<Line> {
  const data = new Uint8Array(await file.arrayBuffer());
  const start = new TextDecoder().decode(data.slice(0, 64 * 1024));
  if (!start.includes('"as_of"')) {
    const { report } = await prove(file.name, data, { blocks: [], network: null });
    const { about } = report;
    const words = about === null ? '' : `${about.kind} ${about.sequence}, ${subjectText(about.subject)}`;
    return { key, name: file.name, what: 'proof', mood: moodOf(PARTS.map((part) => report.answers[part])), about: words };
  }
  const [here, there] = await Promise.all([checkHere(data), recomputeThere(data)]);
  const mood = moodOf(SCORE_PARTS.map((part) => here.answers[part]));
  const [first] = there.differences;
  const worst = there.outcome === 'differs' ? 'bad' : mood;
  return { key, name: file.name, what: 'score', mood: worst, about: first === undefined ? there.outcome : `${there.outcome}: ${first.place}` };
}

/** Files that belong to the report: each is checked as on its own page, and listed with its answer. */
export function ReportFiles() {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [error, setError] = useState<unknown>(null);
  const add = (file: File): void => {
    setError(null);
    examine(file, lines.length).then(
      (line) => setLines((before) => [...before, { ...line, key: before.length }]),
      (reason: unknown) => setError(reason),
    );
  };
  return (
    <Section title={t('report.files')} help={<p>{t('report.filesHelp')}</p>}>
      <div className="stack">
        <div className="no-print">
          <DropFile label={t('report.drop')} hint={t('report.dropHint')} tooLarge={t('recompute.tooLarge')} most={MAX_SCORE_BYTES} onFile={add} />
        </div>
        {error !== null && <Failure error={error} />}
        {lines.length > 0 && (
          <table className="fields">
            <tbody>
              {lines.map((line) => (
                <tr key={line.key}>
                  <th scope="row">{format.number(line.key + 1)}. {t(`report.what.${line.what}`)}</th>
                  <td>
                    <span className="mono">{line.name}</span> <Tag mood={line.mood}>{t(`verdict.${line.mood}`)}</Tag>
                    <div className="soft small mono" lang="en">{line.about}</div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Section>
  );
}
