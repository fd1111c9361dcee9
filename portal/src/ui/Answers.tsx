import { CheckCircleFilled, CloseCircleFilled, MinusCircleFilled } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer, State } from '../verify/verify';
import { Tag } from './Tag';
import './drop.css';

export type Mood = 'good' | 'watch' | 'bad';

const MOODS: Readonly<Record<State, Mood>> = { holds: 'good', fails: 'bad', 'not established': 'watch' };
const MARKS: Readonly<Record<Mood, ReactNode>> = {
  good: <CheckCircleFilled />,
  watch: <MinusCircleFilled />,
  bad: <CloseCircleFilled />,
};

interface Part {
  readonly key: string;
  readonly title: string;
  /** What this part asks, for whoever sees it for the first time. */
  readonly asks: string;
  readonly answer: Answer;
}

/** Each question with its own answer: none is believed on another's word. */
export function Answers({ parts }: { readonly parts: readonly Part[] }) {
  const { t, i18n } = useTranslation('answers');
  return (
    <ul className="parts">
      {parts.map(({ key, title, asks, answer }) => {
        const mood = MOODS[answer.state];
        return (
          <li key={key} data-part={key} data-state={answer.state}>
            <span className={`mark ${mood}`} aria-hidden="true">
              {MARKS[mood]}
            </span>
            <strong>{title}</strong>
            <Tag mood={mood}>{t(`state.${mood}`)}</Tag>
            <span className="why">
              {answer.error !== undefined && i18n.exists(`answers:error.${answer.error}`) ? t(`error.${answer.error}`) : asks}
            </span>
            <span className="detail soft small mono" lang="en">
              {answer.detail}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

interface VerdictProps {
  readonly mood: Mood;
  readonly title: string;
  readonly children: ReactNode;
}

/** The sum of all answers, in one sentence; read out when it changes. */
export function Verdict({ mood, title, children }: VerdictProps) {
  return (
    <div className={`verdict ${mood}`} role="status" data-verdict={mood}>
      <span className="verdict-icon" aria-hidden="true">
        {MARKS[mood]}
      </span>
      <div>
        <h2>{title}</h2>
        <p>{children}</p>
      </div>
    </div>
  );
}

/** All hold, one fails, or nothing fails but something stays open. */
export function moodOf(answers: readonly Answer[]): Mood {
  if (answers.some(({ state }) => state === 'fails')) return 'bad';
  return answers.every(({ state }) => state === 'holds') ? 'good' : 'watch';
}
