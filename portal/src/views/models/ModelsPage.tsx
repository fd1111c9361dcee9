import { useTranslation } from 'react-i18next';
import { useMay } from '../../app/useSession';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { AddModel } from './AddModel';
import { ModelRow } from './ModelRow';
import { useModels } from './queries';

/** Process-risk models of this node: which count, which wait and which were stopped; and a new one comes in. */
export default function ModelsPage() {
  const { t } = useTranslation('models');
  const mayAdd = useMay('plant:write');
  const query = useModels();
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className={mayAdd ? 'grid two' : 'stack'}>
        <Asked query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <div className="card">
                <Empty title={t('none')} hint={t(mayAdd ? 'noneHint' : 'noneHintOther')} action={{ label: t('toRuns'), to: '/federation' }} />
              </div>
            ) : (
              <ul className="models">
                {[...items].reverse().map((one) => (
                  <ModelRow key={`${one.name}-${one.version}`} model={one} />
                ))}
              </ul>
            )
          }
        </Asked>
        {mayAdd && <AddModel known={query.data?.items ?? []} />}
      </div>
    </Page>
  );
}
