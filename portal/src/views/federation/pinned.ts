/** What runs at a plant with its data: the files that `federated/pin.py` hashes (a test compares them). Pure. */
export interface ClientPart {
  /** Below `federated/`; a folder counts with every .py and .json file in it. */
  readonly path: string;
  /** Key below `federation:code.does`. */
  readonly does: string;
}

export const CLIENT_PARTS: readonly ClientPart[] = [
  { path: 'client_app.py', does: 'entry' },
  { path: 'courier.py', does: 'network' },
  { path: 'desk.py', does: 'answers' },
  { path: 'model_bytes.py', does: 'model' },
  { path: 'pin.py', does: 'pin' },
  { path: 'plan.py', does: 'plan' },
  { path: 'plant_data.py', does: 'rows' },
  { path: 'retrain.py', does: 'retrain' },
  { path: 'task.py', does: 'training' },
  { path: 'trainer.py', does: 'training' },
  { path: 'learning', does: 'learning' },
  { path: 'secagg', does: 'masks' },
  { path: 'specs', does: 'specs' },
  { path: 'flower/letters.py', does: 'network' },
  { path: 'flower/supernode.py', does: 'supernode' },
  { path: 'flower/surroundings.py', does: 'surroundings' },
];

const bare = (hash: string): string => hash.toLowerCase().replace(/^0x/, '');

/** Whether a round was trained by the code that this plant has pinned. */
export const sameCode = (pinned: string, code: string): boolean => pinned !== '' && bare(pinned) === bare(code);
