import { CheckCircleOutlined, ClockCircleOutlined, DownloadOutlined } from '@ant-design/icons';
import { useQueries } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, file, take } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Digest } from '../../ui/Digest';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { useKind } from '../../ui/useKind';
import { save } from '../../ui/save';
import { statementsOf } from './definition';
import type { Detail } from './queries';

const AGAIN_MS = 4_000;

/** What the case's steps became: statements of ours, whether each is anchored yet, and its proof for anybody to check. */
export function Records({ found }: { readonly found: Detail }) {
  const { t } = useTranslation(['cases', 'supplier']);
  const format = useFormat();
  const kindOf = useKind();
  const { message } = App.useApp();
  const mayCheck = useMay('proofs:verify');
  const records = useQueries({
    queries: statementsOf(found.commands).map((id) => ({
      queryKey: ['statement', id],
      queryFn: () => take(api.GET('/v1/statements/{statement}', { params: { path: { statement: id } } })),
      // Sealing and anchoring are the worker's: asked again until it has happened.
      refetchInterval: ({ state }: { state: { data?: { anchored: boolean } | undefined } }) => (state.data?.anchored === true ? (false as const) : AGAIN_MS),
    })),
  });
  const proof = async (id: string): Promise<void> => {
    try {
      save(await file(`/v1/statements/${id}/proof`), `${id.slice(0, 16)}.credence-proof`);
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    }
  };
  const known = records.flatMap(({ data }) => data ?? []);
  if (known.length === 0) return null;
  return (
    <Section title={t('records.title')} help={<p>{t('records.help')}</p>} extra={mayCheck && <Link to="/audit/proof">{t('records.check')}</Link>}>
      <ul className="case-records">
        {known.map((one) => (
          <li key={one.id} data-record={one.id} data-anchored={one.anchored}>
            <span>
              <strong>{kindOf(one.kind)}</strong> <span className="soft small num">{t('records.number', { number: one.sequence, when: format.dateTime(one.occurred) })}</span>
              <span className="small"><Digest value={one.id} /></span>
            </span>
            <Tag mood={one.anchored ? 'good' : 'watch'}>{one.anchored ? <CheckCircleOutlined /> : <ClockCircleOutlined />} {t(one.anchored ? 'supplier:evidence.anchored' : 'supplier:evidence.waiting')}</Tag>
            {one.anchored && (
              <Button type="text" size="small" icon={<DownloadOutlined />} onClick={() => void proof(one.id)}>
                {t('supplier:evidence.proof')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
