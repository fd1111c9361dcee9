import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay, useWho } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Failure } from '../../ui/Failure';
import { Page } from '../../ui/Page';
import { Select } from '../../ui/Select';
import { Tag } from '../../ui/Tag';

type User = Schemas['UserView'];
type Role = Schemas['Role'];
const ROLES: readonly Role[] = ['purchaser', 'supplier-quality', 'operator', 'engineer', 'bank-officer', 'auditor', 'accredited-signer', 'steward', 'admin'];

/** Who may sign in at this node, and as what. */
export default function PeoplePage() {
  const { t } = useTranslation('people');
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const mayWrite = useMay('users:write');
  const query = useQuery({ queryKey: ['users'], queryFn: () => all((cursor) => take(api.GET('/v1/users', { params: { query: { limit: 200, ...(cursor && { cursor }) } } }))), meta: { keep: false } });
  const shown = (given: Schemas['TemporaryView']): void => {
    setAdding(false);
    void queries.invalidateQueries({ queryKey: ['users'] });
    modal.success({ title: t('temporary', { name: given.user.name }), content: <><p className="mono temporary">{given.temporary_password}</p><p>{t('temporaryHint')}</p></> });
  };
  return (
    <Page title={t('title')} lead={t('lead')} actions={mayWrite && <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>{t('add')}</Button>}>
      <section className="card scroll-x">
        <Asked query={query} rows={6}>
          {(users) => (
            <table className="plain-table wide-rows stackable">
              <thead>
                <tr>
                  <th scope="col">{t('name')}</th>
                  <th scope="col">{t('roles')}</th>
                  <th scope="col">{t('state')}</th>
                  <th scope="col"><span className="hidden-label">{t('actions')}</span></th>
                </tr>
              </thead>
              <tbody>
                {users.map((user) => (
                  <Person key={user.id} user={user} mayWrite={mayWrite} onReset={shown} />
                ))}
              </tbody>
            </table>
          )}
        </Asked>
      </section>
      <Add open={adding} onClose={() => setAdding(false)} onAdded={shown} />
    </Page>
  );
}

function Person({ user, mayWrite, onReset }: { readonly user: User; readonly mayWrite: boolean; readonly onReset: (given: Schemas['TemporaryView']) => void }) {
  const { t } = useTranslation('people');
  const { t: shell } = useTranslation('shell');
  const format = useFormat();
  const queries = useQueryClient();
  const own = useWho().id === user.id;
  const path = { path: { user: user.id } };
  const change = useMutation({
    mutationFn: (body: Schemas['UserChange']) => take(api.PATCH('/v1/users/{user}', { params: path, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
  const reset = useMutation({ mutationFn: () => take(api.POST('/v1/users/{user}/reset', { params: path })), onSuccess: onReset });
  const locked = user.locked_until !== null && new Date(user.locked_until) > new Date();
  return (
    <tr>
      <th scope="row">
        {user.name}
        <div className="soft small">{t('since', { date: format.date(user.created) })}</div>
      </th>
      <td data-label={t('roles')}>
        {mayWrite && !own ? (
          <Select mode="multiple" value={user.roles} label={t('rolesOf', { name: user.name })} onChange={(roles: Role[]) => change.mutate({ roles })} options={ROLES.map((value) => ({ value, label: shell(`role.${value}`) }))} style={{ minWidth: 220, maxWidth: 420 }} />
        ) : (
          <span className="row tight">
            {user.roles.map((role) => (
              <Tag key={role} mood="calm">{shell(`role.${role}`)}</Tag>
            ))}
          </span>
        )}
        {(change.isError || reset.isError) && <Failure error={change.error ?? reset.error} />}
      </td>
      <td data-label={t('state')}>
        {user.disabled ? <Tag mood="bad">{t('closed')}</Tag> : locked ? <Tag mood="watch">{t('locked')}</Tag> : user.must_change_password ? <Tag mood="calm">{t('fresh')}</Tag> : <Tag mood="good">{t('open')}</Tag>}
      </td>
      <td>
        {mayWrite && !own && (
          <span className="row tight">
            {locked && <Button size="small" onClick={() => change.mutate({ unlock: true })}>{t('unlock')}</Button>}
            <Button size="small" loading={reset.isPending} onClick={() => reset.mutate()}>{t('reset')}</Button>
            <Button size="small" danger={!user.disabled} onClick={() => change.mutate({ disabled: !user.disabled })}>{t(user.disabled ? 'reopen' : 'close')}</Button>
          </span>
        )}
      </td>
    </tr>
  );
}

function Add({ open, onClose, onAdded }: { readonly open: boolean; readonly onClose: () => void; readonly onAdded: (given: Schemas['TemporaryView']) => void }) {
  const { t } = useTranslation('people');
  const { t: shell } = useTranslation('shell');
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<Role[]>([]);
  const add = useMutation({
    mutationFn: () => take(api.POST('/v1/users', { body: { name: name.trim(), roles } })),
    onSuccess: (given) => {
      setName('');
      setRoles([]);
      onAdded(given);
    },
  });
  return (
    <Modal open={open} onCancel={onClose} title={t('add')} okText={t('add')} cancelText={t('cancel')} okButtonProps={{ disabled: name.trim() === '' || roles.length === 0, loading: add.isPending }} onOk={() => add.mutate()}>
      <div className="stack">
        <label className="field">
          {t('name')}
          <Input value={name} maxLength={64} autoCapitalize="none" onChange={(event) => setName(event.target.value)} />
        </label>
        <label className="field">
          {t('roles')}
          <Select label={t('roles')} mode="multiple" value={roles} onChange={setRoles} options={ROLES.map((value) => ({ value, label: shell(`role.${value}`) }))} />
        </label>
        {add.isError && <Failure error={add.error} />}
      </div>
    </Modal>
  );
}
