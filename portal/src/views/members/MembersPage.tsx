import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api, take, takeOrNull } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Digest } from '../../ui/Digest';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';

/** Who belongs to the network, as the registry on chain knows it. */
export default function MembersPage() {
  const { t } = useTranslation('members');
  const [text, setText] = useState('');
  const query = useQuery({ queryKey: ['members'], queryFn: () => all((cursor) => take(api.GET('/v1/members', { params: { query: { limit: 500, ...(cursor && { cursor }) } } }))) });
  const mayGovern = useMay('governance:read');
  const needle = text.trim().toLowerCase();
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="stack">
        <Input allowClear value={text} maxLength={80} placeholder={t('find')} aria-label={t('find')} onChange={(event) => setText(event.target.value)} style={{ maxWidth: 360 }} />
        <section className="card">
          <Asked query={query} rows={8}>
            {(members) => {
              const found = members.filter((one) => `${one.name} ${one.lei}`.toLowerCase().includes(needle));
              return found.length === 0 ? (
                <Empty title={t('none')} hint={t('noneHint')} />
              ) : (
                <div className="scroll-x">
                  <table className="plain-table wide-rows stackable">
                    <thead>
                      <tr>
                        <th scope="col">{t('name')}</th>
                        <th scope="col">{t('roles')}</th>
                        <th scope="col">{t('state')}</th>
                        <th scope="col">{t('account')}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {found.map((one) => (
                        <tr key={one.lei}>
                          <th scope="row">
                            {one.name}
                            <div className="soft small mono">{one.lei}</div>
                          </th>
                          <td data-label={t('roles')}>
                            <span className="row tight">
                              {one.roles.map((role) => (
                                <Tag key={role} mood="calm">{t(`role.${role}`, { defaultValue: role })}</Tag>
                              ))}
                            </span>
                          </td>
                          <td data-label={t('state')}>
                            <Tag mood={one.active ? 'good' : 'bad'}>{t(one.active ? 'active' : 'suspended')}</Tag>
                          </td>
                          <td data-label={t('account')}>{one.account === null ? <span className="soft">–</span> : <Digest value={one.account} />}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              );
            }}
          </Asked>
        </section>
        {mayGovern && <Accreditations />}
      </div>
    </Page>
  );
}

function Accreditations() {
  const { t } = useTranslation('members');
  const format = useFormat();
  const query = useQuery({ queryKey: ['accreditations'], queryFn: () => takeOrNull(api.GET('/v1/accreditations')) });
  return (
    <Section title={t('accreditations')} help={<p>{t('accreditationsHelp')}</p>}>
      <Asked query={query}>
        {(found) =>
          found === null || found.items.length === 0 ? (
            <Empty title={t('noAccreditations')} hint={t('noAccreditationsHint')} />
          ) : (
            <table className="plain-table wide-rows stackable">
              <thead>
                <tr>
                  <th scope="col">{t('body')}</th>
                  <th scope="col">{t('scope')}</th>
                  <th scope="col">{t('until')}</th>
                  <th scope="col">{t('state')}</th>
                </tr>
              </thead>
              <tbody>
                {found.items.map((one, n) => (
                  <tr key={n}>
                    <th scope="row">{one.body?.name ?? '–'}</th>
                    <td data-label={t('scope')}>{t(`scopeOf.${one.scope}`, { defaultValue: one.scope })}</td>
                    <td data-label={t('until')}>{format.date(one.until)}</td>
                    <td data-label={t('state')}>
                      <Tag mood={one.accredited ? 'good' : 'bad'}>{t(one.accredited ? 'holds' : 'ended')}</Tag>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Asked>
    </Section>
  );
}
