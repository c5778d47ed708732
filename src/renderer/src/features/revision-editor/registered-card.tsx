import { Link } from '@tanstack/react-router';
import type { Scope } from '../../../../shared/model/account.ts';
import type { Registration } from '../../../../shared/model/registration.ts';
import { Card, CardBody } from '../../ui/card.tsx';
import { DifferenceLines } from '../../ui/difference-list.tsx';
import { Mark } from '../../ui/mark.tsx';
import styles from './revision-editor-page.module.css';
import { REGISTERED_TEXT } from './revision-editor-text.ts';

interface RegisteredCardProps {
  readonly scope: Scope;
  readonly registration: Registration;
}

/** A revision that was registered, and whether AWS holds what was sent. */
export function RegisteredCard({ scope, registration }: RegisteredCardProps) {
  const { name, family, lost, filledIn } = registration;
  const { account, region } = scope;
  return (
    <Card
      title={REGISTERED_TEXT.title(name)}
      aside={
        <Link to="/a/$account/$region/families/$family" params={{ account, region, family }}>
          {REGISTERED_TEXT.revisionsOf(family)}
        </Link>
      }
    >
      <CardBody>
        {lost.length === 0 ? (
          <p className={styles.outcome}>
            <Mark kind="ok" /> {REGISTERED_TEXT.verified}
          </p>
        ) : (
          <>
            <p className={styles.outcome}>
              <Mark kind="warning" /> {REGISTERED_TEXT.lost}
            </p>
            <dl className={styles.differences}>
              <DifferenceLines differences={lost} />
            </dl>
          </>
        )}
        {filledIn.length > 0 && (
          <>
            <p className={styles.soft}>{REGISTERED_TEXT.filledIn}</p>
            <dl className={styles.differences}>
              <DifferenceLines differences={filledIn} />
            </dl>
          </>
        )}
      </CardBody>
    </Card>
  );
}
