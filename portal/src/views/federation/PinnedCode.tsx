import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Digest } from '../../ui/Digest';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { CLIENT_PARTS, sameCode } from './pinned';
import { runQuery } from './queries';

interface Props {
  readonly pinned: string;
  /** The newest run that this node knows a round of; none where it looks after no federation. */
  readonly newest: string | null;
}

/** The client code that somebody here looked at: its hash, its files, and how to check that it is what is installed. */
export function PinnedCode({ pinned, newest }: Props) {
  const { t } = useTranslation('federation');
  const query = useQuery({ ...runQuery(newest ?? ''), enabled: newest !== null });
  const last = query.data?.records.at(-1);
  return (
    <Section title={t('code.title')} help={<p>{t('code.help')}</p>}>
      <div className="stack tight">
        {pinned === '' ? <p className="note">{t('code.unpinned')}</p> : <div><span className="soft small">{t('code.hash')}</span> <Digest value={pinned} length={12} /></div>}
        {pinned !== '' && last !== undefined && (
          <div className="row tight"><Tag mood={sameCode(pinned, last.code) ? 'good' : 'bad'}>{t(sameCode(pinned, last.code) ? 'code.same' : 'code.other')}</Tag></div>
        )}
        <details>
          <summary>{t('code.files')}</summary>
          <ul className="code-files small">
            {CLIENT_PARTS.map(({ path, does }) => <li key={path}><code>{`federated/${path}`}</code><span className="soft">{t(`code.does.${does}`)}</span></li>)}
          </ul>
        </details>
        <details>
          <summary>{t('code.check')}</summary>
          <ol className="small check">
            <li>{t('code.checkHash')}<code className="block">{t('code.checkHashCommand')}</code></li>
            <li>{t('code.checkRead')}</li>
            <li>{t('code.checkPin')}<code className="block">{t('code.checkPinCommand')}</code></li>
          </ol>
        </details>
      </div>
    </Section>
  );
}
