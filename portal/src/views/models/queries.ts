import { useQuery } from '@tanstack/react-query';
import { api, take } from '../../api/client';

export const useModels = () => useQuery({ queryKey: ['models'], queryFn: () => take(api.GET('/v1/models')) });

export const useModel = (name: string, version: number) =>
  useQuery({ queryKey: ['models', name, version], queryFn: () => take(api.GET('/v1/models/{name}/{version}', { params: { path: { name, version } } })) });

/** What the model said so far, newest first. */
export const useLooks = (name: string, version: number) =>
  useQuery({ queryKey: ['models', name, version, 'looks'], queryFn: () => take(api.GET('/v1/models/{name}/{version}/assessments', { params: { path: { name, version } } })) });

/** The federation's runs, where this node looks after them; everywhere else models come as files. */
export const useRuns = () => useQuery({ queryKey: ['training'], queryFn: () => take(api.GET('/v1/training')), meta: { keep: false } });
