/** A platform admin who interferes with somebody's campaign; its owner reads why. */
export type Operator = { reason: string };

export const operatorsWord = (operator: Operator | null): Record<string, unknown> =>
  operator ? { reason: operator.reason } : {};
