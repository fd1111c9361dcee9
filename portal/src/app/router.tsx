import { createBrowserRouter, Navigate } from 'react-router';
import type { RouteObject } from 'react-router';
import { home, VIEWS } from './routes';
import type { View } from './routes';
import { Crash, Lost } from './Crash';
import { Loading } from '../ui/Loading';
import { useWho } from './useSession';

function Home() {
  return <Navigate to={home(useWho())} replace />;
}

function routeOf(view: View): RouteObject {
  return {
    path: view.path,
    handle: view,
    errorElement: <Crash />,
    lazy: async () => ({ Component: (await view.load()).default }),
  };
}

export function buildRouter() {
  return createBrowserRouter([
    {
      path: '/',
      lazy: async () => ({ Component: (await import('./Shell')).Shell }),
      errorElement: <Crash />,
      hydrateFallbackElement: <Loading />,
      children: [
        { index: true, element: <Home /> },
        ...VIEWS.map(routeOf),
        { path: 'account', errorElement: <Crash />, lazy: async () => ({ Component: (await import('./AccountPage')).default }) },
        { path: '*', element: <Lost /> },
      ],
    },
  ]);
}
