import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Digest } from '../../ui/Digest';
import { Failure } from '../../ui/Failure';
import { Tag } from '../../ui/Tag';
import type { ProvedHead } from './heads';
import { readAudit } from './reports';
import type { MemberView } from './useMembers';

interface Props {
  readonly members: readonly MemberView[];
  readonly heads: readonly ProvedHead[];
}

/** One row a member; a whole log is re-proved when somebody asks for it. */
export function LogTable({ members, heads }: Props) {
  const { t } = useTranslation('audit');
  return (
    <div className="audit-scroll" role="region" tabIndex={0} aria-label={t('log.members')}>
      <table className="audit-table stackable">
        <thead>
          <tr>
            {['member', 'size', 'root', 'anchored', 'count', 'audit'].map((name) => (
              <th key={name} scope="col">
                {t(`log.column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <Row key={member.lei} member={member} head={heads.find(({ lei }) => lei === member.lei)?.head ?? null} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ member, head }: { readonly member: MemberView; readonly head: ProvedHead['head'] }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const may = useMay('audit:run');
  const run = useMutation({
    mutationFn: async () => readAudit(await take(api.GET('/v1/audit/log/{lei}', { params: { path: { lei: member.lei } } }))),
  });
  return (
    <>
      <tr>
        <th scope="row">
          {member.name}
          <span className="soft small mono audit-lei">{member.lei}</span>
        </th>
        <td className="num" data-label={t('log.column.size')}>{head === null ? '–' : format.number(head.size.toString())}</td>
        <td data-label={t('log.column.root')}>{head === null ? <span className="soft">{t('log.nothing')}</span> : <Digest value={head.root} />}</td>
        <td className="num" data-label={t('log.column.anchored')}>{head === null ? '–' : format.dateTime(new Date(head.anchoredAt * 1000))}</td>
        <td className="num" data-label={t('log.column.count')}>{head === null ? '–' : format.number(head.count.toString())}</td>
        <td data-label={t('log.column.audit')}>
          {run.data !== undefined ? (
            <Tag mood={run.data.whole ? 'good' : 'bad'}>{run.data.whole ? t('log.whole') : t('log.findings', { count: run.data.findings.length })}</Tag>
          ) : (
            <Button size="small" disabled={!may || head === null} loading={run.isPending} onClick={() => run.mutate()} aria-label={t('log.runOf', { name: member.name })}>
              {t('log.run')}
            </Button>
          )}
        </td>
      </tr>
      {(run.isError || (run.data !== undefined && run.data.findings.length > 0)) && (
        <tr>
          <td colSpan={6}>
            {run.isError && <Failure error={run.error} onRetry={() => run.mutate()} />}
            {run.data !== undefined && (
              <ul>
                {run.data.findings.map((finding) => (
                  <li key={finding.what + finding.detail}>
                    <strong>{t(`finding.${finding.what}`, { defaultValue: finding.what })}</strong> <span className="soft" lang="en">{finding.detail}</span>
                  </li>
                ))}
              </ul>
            )}
          </td>
        </tr>
      )}
    </>
  );
}
