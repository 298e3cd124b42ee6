// How a figure is printed, and what it is compared with.

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What was measured beside it, in the same run. */
  baseline: number;
  /** What it should be, or not exceed. */
  bar?: string;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

const shown = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString('en')
    : value >= 100
      ? value.toFixed(0)
      : value.toFixed(value >= 10 ? 1 : 2);

export const printer = (isJson: boolean) => {
  if (!isJson) {
    const head = ['figure', 'value', '', 'baseline', 'ratio', 'bar'];
    console.log(row(head));
  }
  return ({ name, value, unit, baseline, bar = '' }: Figure): void => {
    const ratio = unit === 'ratio' ? value : value / baseline;
    if (isJson) console.log(JSON.stringify({ name, value, unit, baseline, ratio }));
    else console.log(row([name, shown(value), unit, shown(baseline), shown(ratio), bar]));
  };
};

const row = ([
  name = '',
  value = '',
  unit = '',
  baseline = '',
  ratio = '',
  bar = '',
]: readonly string[]): string =>
  `${name.padEnd(34)}${value.padStart(12)} ${unit.padEnd(8)}${baseline.padStart(12)}${ratio.padStart(9)}  ${bar}`.trimEnd();
