import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { ApiError } from '../../api/problem';
import { useWho } from '../../app/useSession';
import { Failure } from '../../ui/Failure';
import { useDraft } from '../../ui/useDraft';
import { plausible, titleOf, valueOf } from './definition';
import type { Field } from './definition';
import { FieldInput } from './FieldInput';
import { useAdopt, zone } from './queries';
import type { Choice, Detail } from './queries';

interface Props {
  readonly found: Detail;
  readonly choice: Choice;
  readonly fields: ReadonlyMap<string, Field>;
  /** Texts that a form begins with, by field: drafted by the node, for people to edit. */
  readonly drafted?: Readonly<Record<string, string>>;
}

const plain = (name: string): Field => ({ name, type: 'text', title: {}, longest: 4000, least: null, most: null, choices: [] });
const NOTHING: Readonly<Record<string, string>> = {};

/** One thing that can be done now; its form opens under it, and what was typed is kept until it is done. */
export function Act({ found, choice, fields, drafted = NOTHING }: Props) {
  const { t, i18n } = useTranslation('cases');
  const who = useWho();
  const adopt = useAdopt(found.id);
  const [open, setOpen] = useState(false);
  const [typed, setTyped, forget] = useDraft<Readonly<Record<string, string>>>(`case/${found.id}/${choice.action}`, NOTHING);
  const [password, setPassword] = useState('');
  const signing = choice.meaning !== null;
  const asked = [...choice.required, ...choice.optional].map((name) => fields.get(name) ?? plain(name));
  const textOf = (name: string): string => typed[name] ?? (found.fields[name] === undefined ? drafted[name] : undefined) ?? '';
  const reason = (typed[' reason'] ?? '').trim();
  const complete =
    asked.every((field) => plausible(field, textOf(field.name)) && (!choice.required.includes(field.name) || textOf(field.name).trim() !== '')) &&
    (!choice.reason || reason !== '') &&
    (!signing || password !== '');

  const act = useMutation({
    mutationFn: () => {
      const path = { path: { case: found.id } };
      if (signing) return take(api.POST('/v1/cases/{case}/signatures', { params: path, body: { step: choice.action, name: who.name, password, reason, zone: zone() } }));
      const values = Object.fromEntries(asked.flatMap((field) => {
        const value = valueOf(field.type, textOf(field.name));
        return value === undefined ? [] : [[field.name, value]];
      }));
      return take(api.POST('/v1/cases/{case}/events', { params: path, body: { event: choice.action, fields: values, reason, zone: zone(), head: found.head } }));
    },
    onSuccess: async (detail) => {
      forget();
      setOpen(false);
      setPassword('');
      await adopt(detail);
    },
  });
  const title = titleOf(choice.title, i18n.language, choice.action);
  const bare = asked.length === 0 && !choice.reason && !signing;
  return (
    <div className="act">
      <div className="row apart">
        <span>
          <strong>{title}</strong> {signing && <span className="soft small">{t('signature', { meaning: t(`meaning.${choice.meaning}`, { defaultValue: choice.meaning ?? '' }), count: choice.missing })}</span>}
        </span>
        {!open && (
          <Button onClick={() => (bare ? act.mutate() : setOpen(true))} loading={bare && act.isPending}>
            {bare ? t('do') : t('begin')}
          </Button>
        )}
      </div>
      {act.isError && <Failure error={act.error} />}
      {act.isError && act.error instanceof ApiError && act.error.status === 409 && <p className="soft small">{t('changedMeanwhile')}</p>}
      {open && (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (complete) act.mutate();
          }}
        >
          {asked.map((field) => (
            <FieldInput key={field.name} field={field} needed={choice.required.includes(field.name)} value={textOf(field.name)} onChange={(value) => setTyped({ ...typed, [field.name]: value })} />
          ))}
          {choice.reason && (
            <label className="field">
              {t('reason')}
              <Input.TextArea rows={2} maxLength={1000} value={typed[' reason'] ?? ''} onChange={(event) => setTyped({ ...typed, ' reason': event.target.value })} />
            </label>
          )}
          {signing && (
            <label className="field">
              {t('password', { name: who.name })}
              <Input.Password autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} />
              <span className="soft small">{t('passwordHint')}</span>
            </label>
          )}
          <div className="row">
            <Button type="primary" htmlType="submit" disabled={!complete} loading={act.isPending}>
              {signing ? t('sign') : title}
            </Button>
            <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
          </div>
        </form>
      )}
    </div>
  );
}

