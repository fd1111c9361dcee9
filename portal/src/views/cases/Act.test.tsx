// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import repair from '../../../../nocode/flows/repair-claim.1.json';
import { transport } from '../../api/client';
import { session } from '../../api/session';
import { browserParts, realTexts } from '../../testing/texts';
import { Act } from './Act';
import { fieldsOf } from './definition';
import type { Choice, Detail } from './queries';

const WHO = { id: 'usr_1', name: 'anna', via: 'session', roles: [], permissions: [], must_change_password: false, csrf: 'c', ends: null };
const detail = { id: 'case_1', head: 'ab'.repeat(32), fields: {}, history: [], choices: [] } as unknown as Detail;
const describeRepair: Choice = { action: 'describe', title: { en: 'Describe the repair', zh: '描述修复' }, roles: ['supplier'], meaning: null, missing: 0, required: ['method', 'exposure', 'nonconforming'], optional: ['description'], reason: false };
const answers: Response[] = [];
const sent: unknown[] = [];

function show(choice: Choice) {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <Act found={detail} choice={choice} fields={fieldsOf({ definition: repair })} />
    </QueryClientProvider>,
  );
}

beforeAll(async () => {
  browserParts();
  await realTexts('en');
  globalThis.fetch = () => Promise.resolve(new Response(JSON.stringify(WHO), { status: 201 }));
  await session.signIn('anna', 'x');
  transport.call = async (request: Request) => {
    sent.push(await request.json());
    return answers.shift() ?? new Response('{}', { status: 500 });
  };
});

beforeEach(() => {
  sessionStorage.clear();
  sent.length = 0;
});

describe('Act', () => {
  it('asks in the words of the flow, sees what cannot be right, and keeps what was typed when somebody else was quicker', async () => {
    const { unmount } = show(describeRepair);
    fireEvent.click(screen.getByRole('button', { name: 'Begin' }));
    const send = screen.getByRole('button', { name: 'Describe the repair' });
    fireEvent.change(screen.getByLabelText(/How the repair was verified/), { target: { value: 'inspection of 400 parts' } });
    fireEvent.change(screen.getByLabelText(/Units checked after the repair/), { target: { value: '0' } });
    fireEvent.change(screen.getByLabelText(/Of these, nonconforming/), { target: { value: '1' } });
    expect(screen.getByRole('alert').textContent).toContain('A whole number from 1');
    expect((send as HTMLButtonElement).disabled).toBe(true);
    fireEvent.change(screen.getByLabelText(/Units checked after the repair/), { target: { value: '400' } });
    expect((send as HTMLButtonElement).disabled).toBe(false);
    answers.push(new Response(JSON.stringify({ detail: 'the case has changed', advice: 'read it again' }), { status: 409 }));
    fireEvent.click(send);
    await screen.findByText('the case has changed');
    expect(sent).toEqual([{ event: 'describe', fields: { method: 'inspection of 400 parts', exposure: 400, nonconforming: 1 }, reason: '', zone: expect.any(String), head: detail.head }]);
    expect((screen.getByLabelText(/How the repair was verified/) as HTMLInputElement).value).toBe('inspection of 400 parts');
    // Even a page that was closed and opened again still has it.
    unmount();
    show(describeRepair);
    fireEvent.click(screen.getByRole('button', { name: 'Begin' }));
    expect((screen.getByLabelText(/How the repair was verified/) as HTMLInputElement).value).toBe('inspection of 400 parts');
    answers.push(new Response(JSON.stringify(detail), { status: 200 }));
    fireEvent.click(screen.getByRole('button', { name: 'Describe the repair' }));
    await waitFor(() => expect(sessionStorage.length).toBe(0));
  }, 60_000);

  it('signs with the password of whoever is signed in, and never keeps it', async () => {
    show({ ...describeRepair, action: 'co-sign', title: { en: 'Co-sign' }, meaning: 'co-signature', missing: 1, required: [], optional: [] });
    fireEvent.click(screen.getByRole('button', { name: 'Begin' }));
    fireEvent.change(screen.getByLabelText(/Password of anna/), { target: { value: 'secret words' } });
    answers.push(new Response(JSON.stringify({ detail: 'wrong password' }), { status: 403 }));
    fireEvent.click(screen.getByRole('button', { name: 'Sign' }));
    await screen.findByText('wrong password');
    expect(sent[0]).toMatchObject({ step: 'co-sign', name: 'anna', password: 'secret words' });
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('secret words');
  }, 60_000);

  it('begins a form with what was drafted, lets people write on, and drafts nothing that the case has already', async () => {
    const drafted = { method: 'four hundred parts measured', description: 'already told' };
    render(
      <QueryClientProvider client={new QueryClient()}>
        <Act found={{ ...detail, fields: { description: 'told before' } }} choice={describeRepair} fields={fieldsOf({ definition: repair })} drafted={drafted} />
      </QueryClientProvider>,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Begin' }));
    const method = screen.getByLabelText(/How the repair was verified/) as HTMLInputElement;
    expect(method.value).toBe('four hundred parts measured');
    fireEvent.change(method, { target: { value: `${method.value}, twice` } });
    fireEvent.change(screen.getByLabelText(/Units checked after the repair/), { target: { value: '400' } });
    fireEvent.change(screen.getByLabelText(/Of these, nonconforming/), { target: { value: '0' } });
    answers.push(new Response(JSON.stringify(detail), { status: 200 }));
    fireEvent.click(screen.getByRole('button', { name: 'Describe the repair' }));
    await waitFor(() => expect(sent).toEqual([expect.objectContaining({ fields: { method: 'four hundred parts measured, twice', exposure: 400, nonconforming: 0 } })]));
  }, 60_000);
});
