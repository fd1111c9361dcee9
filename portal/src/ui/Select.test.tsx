// @vitest-environment jsdom
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { browserParts } from '../testing/texts';
import { Select } from './Select';

const OPTIONS = ['boards', 'housings'].map((value) => ({ value, label: value }));
const names = () => screen.getAllByRole('listbox', { hidden: true }).map((list) => list.getAttribute('aria-label'));

beforeAll(browserParts);

describe('Select', () => {
  it('names its field and every list that it draws, also after a search without a hit', async () => {
    const { rerender } = render(<Select showSearch label="Supplier" options={OPTIONS} />);
    const field = screen.getByRole('combobox', { name: 'Supplier' });
    fireEvent.mouseDown(field);
    await waitFor(() => expect(names()).toEqual(['Supplier']));
    fireEvent.change(field, { target: { value: 'nobody' } });
    await waitFor(() => expect(screen.queryByText('housings')).toBeNull());
    await waitFor(() => expect(names()).toEqual(['Supplier']));
    fireEvent.change(field, { target: { value: 'hou' } });
    await screen.findAllByText('housings');
    await waitFor(() => expect(names()).toEqual(['Supplier']));
    rerender(<Select showSearch label="供应商" options={OPTIONS} />);
    await waitFor(() => expect(names()).toEqual(['供应商']));
  }, 30_000);
});
