import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { all, api, take } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Digest } from '../../ui/Digest';
import { Empty } from '../../ui/Empty';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { provenSizes } from './heads';

const SHOWN = 50;

/** The heads of this node's own log, newest first, each looked for in the chain's state. */
export function OwnHeads({ lei }: { readonly lei: string }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const query = useQuery({
    queryKey: ['anchors'],
    queryFn: async () => {
      const found = await all((cursor) => take(api.GET('/v1/anchors', { params: { query: { limit: 500, ...(cursor !== undefined && { cursor }) } } })));
      return found.toReversed();
    },
  });
  const shown = query.data?.slice(0, SHOWN) ?? [];
  const proved = useQuery({
    queryKey: ['anchors', 'proved', ...shown.map(({ size }) => size)],
    queryFn: async () => [...(await provenSizes(lei, shown))],
    enabled: shown.length > 0,
    meta: { keep: false },
  });
  return (
    <Section title={t('own.title')} help={<p>{t('own.help')}</p>} flush>
      <Asked query={query}>
        {(heads) =>
          heads.length === 0 ? (
            <Empty title={t('own.none')} hint={t('own.noneHint')} />
          ) : (
            <div className="audit-scroll" role="region" tabIndex={0} aria-label={t('own.title')}>
              <table className="audit-table stackable">
                <thead>
                  <tr>
                    {['size', 'root', 'sealed', 'block', 'proved'].map((name) => (
                      <th key={name} scope="col">
                        {t(`own.column.${name}`)}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {shown.map((head) => (
                    <tr key={head.size}>
                      <td className="num" data-label={t('own.column.size')}>{format.number(head.size)}</td>
                      <td data-label={t('own.column.root')}>
                        <Digest value={head.root} />
                      </td>
                      <td className="num" data-label={t('own.column.sealed')}>{format.dateTime(head.sealed)}</td>
                      <td className="num" data-label={t('own.column.block')}>{head.block === null ? t('own.waiting') : format.number(head.block.number)}</td>
                      <td data-label={t('own.column.proved')}>
                        {proved.data?.includes(head.size) === true ? <Tag mood="good">{t('own.holds')}</Tag> : <Tag mood="watch">{t('own.open')}</Tag>}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {heads.length > SHOWN && <p className="soft small audit-note">{t('own.more', { shown: SHOWN, all: format.number(heads.length) })}</p>}
            </div>
          )
        }
      </Asked>
    </Section>
  );
}
