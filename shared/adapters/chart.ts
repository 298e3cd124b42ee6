/** The picture of a portfolio: its value against what it cost, and what it is made of. Pixels only: floats will do. */
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

type Theme = 'light' | 'dark' | 'auto';

interface ChartPoint {
  /** Milliseconds since 1970. */
  at: number;
  /** In USD; null in a gap. */
  valueUsd: string | null;
  costUsd: string | null;
}

export interface Picture {
  title: string;
  points: readonly ChartPoint[];
  /** The largest parts of the value today, with what they are of it, as a fraction. */
  parts: readonly { name: string; share: string }[];
  width: number;
  theme: Theme;
}

/** Colours by what they are for; each differs from the others in lightness as well. */
const palettes = {
  light: {
    ...{ paper: '#ffffff', ink: '#1b1f24', faint: '#59636e', grid: '#dfe3e8' },
    ...{ value: '#0b62c4', cost: '#b35900', part: '#0b62c4' },
  },
  dark: {
    ...{ paper: '#0f1419', ink: '#f0f3f6', faint: '#a3adb8', grid: '#2c343d' },
    ...{ value: '#6cb2ff', cost: '#ffa657', part: '#6cb2ff' },
  },
} as const;

type Use = keyof (typeof palettes)['light'];
const uses = Object.keys(palettes.light) as Use[];

/** The library computes with colours, so it gets ones that stand for theirs and are found again in what it draws. */
const standIns = Object.fromEntries(
  uses.map((name, place) => [name, `#fe01${(place + 16).toString(16)}`]),
) as Record<Use, string>;

const rules = (palette: Record<Use, string>) => uses.map((name) => `--${name}:${palette[name]}`).join(';');

/** A theme's colours; `auto` follows the reader's. */
const styles: Record<Theme, string> = {
  light: `svg{${rules(palettes.light)};color-scheme:light}`,
  dark: `svg{${rules(palettes.dark)};color-scheme:dark}`,
  auto: `svg{${rules(palettes.light)};color-scheme:light dark}@media (prefers-color-scheme:dark){svg{${rules(palettes.dark)}}}`,
};

/** Where the theme is fixed, programs that know no variables see it too. */
const withColours = (svg: string, theme: Theme): string =>
  uses.reduce((text, name) => {
    const colour = theme === 'auto' ? `var(--${name})` : palettes[theme][name];
    return text.replaceAll(standIns[name], colour);
  }, svg);

/** What the library says of pointers would need a style sheet of its own: pictures are not pointed at. */
const withoutPointers = (svg: string): string =>
  svg.replace(/<style[^>]*>.*?<\/style>/gs, '').replace(/ (class|pointer-events|cursor)="[^"]*"/g, '');

/** A policy that allows one style sheet allows no style attributes: what they say of a font is said by attributes. */
const withFonts = (svg: string): string =>
  svg.replace(/ style="([^"]*)"/g, (_, style: string) => {
    const [, size = '12'] = /(\d+(?:\.\d+)?)px/.exec(style) ?? [];
    const weight = /bold|600/.test(style) ? ' font-weight="600"' : '';
    return ` font-size="${size}" font-family="system-ui, sans-serif"${weight}`;
  });

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });
const dollars = (usd: number): string => `${usd < 0 ? '−' : ''}$${compact.format(Math.abs(usd))}`;

const height = 420;
const lineHeight = 240;

/** A point between gaps has no line to its neighbours: it is drawn as a dot. */
const dotted = (values: readonly (readonly [number, number | null])[]) =>
  values.map((value, place) => {
    const isAlone = value[1] !== null && values[place - 1]?.[1] == null && values[place + 1]?.[1] == null;
    return { value: [...value], symbol: isAlone ? 'circle' : 'none', symbolSize: 5 };
  });

const amountOf = (text: string | null): number | null => (text === null ? null : Number(text));

const series = (points: readonly ChartPoint[]) => [
  {
    ...{ name: 'Value', type: 'line', symbol: 'none', showSymbol: true, connectNulls: false },
    ...{ lineStyle: { width: 2.5, color: standIns.value }, itemStyle: { color: standIns.value } },
    data: dotted(points.map(({ at, valueUsd }) => [at, amountOf(valueUsd)] as const)),
  },
  {
    ...{
      name: 'Cost basis',
      type: 'line',
      step: 'end',
      symbol: 'none',
      showSymbol: true,
      connectNulls: false,
    },
    ...{ lineStyle: { width: 2, color: standIns.cost, type: [6, 4] }, itemStyle: { color: standIns.cost } },
    data: dotted(points.map(({ at, costUsd }) => [at, amountOf(costUsd)] as const)),
  },
];

const text = { color: standIns.faint, fontSize: 12 };
const heading = { color: standIns.ink, fontSize: 15, fontWeight: 600 };

const percent = (share: string): string => `${(100 * Number(share)).toFixed(1)} %`;

/** What is about as wide as two letters: East Asian writing, and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** Names are strangers' words: long ones are cut, so that they leave room for what stands beside them. */
const short = (name: string, most: number): string => {
  let width = 0;
  const ends = [...name].map((character) => {
    width += wide.test(character) ? 2 : 1;
    return { character, end: width };
  });
  const kept = ends.filter(({ end }) => end < most).map(({ character }) => character);
  return width > most ? `${kept.join('')}…` : name;
};

/** Pixels of a heading's widest letters, and of an axis's. */
const widest = { heading: 17, label: 12.5 };
const margin = 16;
/** Of the names beside the bars, with what is around them. */
const labelWidth = 160;

const optionOf = ({ title, points, parts, width }: Picture) => {
  const isEmpty = points.every(({ valueUsd, costUsd }) => !Number(valueUsd) && !Number(costUsd));
  const isKnown = points.every(({ valueUsd }) => valueUsd !== null);
  const lines = isEmpty ? [] : series(points);
  const bars = [...parts].reverse();
  return {
    animation: false,
    backgroundColor: standIns.paper,
    title: [
      {
        text: short(title, (width - 2 * margin) / widest.heading),
        ...{ left: margin, top: 10, textStyle: heading },
      },
      { text: 'Allocation today', left: margin, top: lineHeight + 18, textStyle: heading },
      ...(isEmpty
        ? [note(isKnown ? 'Nothing held in this time' : 'No value known of this time', lineHeight / 2)]
        : []),
      ...(parts.length === 0 ? [note('Nothing of known value', lineHeight + 90)] : []),
    ],
    legend: {
      show: !isEmpty,
      left: margin - 5,
      top: 34,
      textStyle: text,
      itemWidth: 28,
      data: ['Value', 'Cost basis'],
    },
    grid: [
      { left: 64, right: 24, top: 70, height: lineHeight - 98 },
      { left: labelWidth, right: 72, top: lineHeight + 46, bottom: 14 },
    ],
    xAxis: [
      {
        ...{ type: 'time', gridIndex: 0, show: !isEmpty, min: points[0]?.at, max: points.at(-1)?.at },
        axisLabel: { ...text, hideOverlap: true },
        ...{ axisLine: { lineStyle: { color: standIns.faint } }, splitLine: { show: false } },
      },
      { type: 'value', gridIndex: 1, show: false, min: 0 },
    ],
    yAxis: [
      {
        ...{ type: 'value', gridIndex: 0, show: !isEmpty, splitNumber: 4 },
        axisLabel: { ...text, formatter: dollars },
        splitLine: { lineStyle: { color: standIns.grid } },
      },
      {
        ...{
          type: 'category',
          gridIndex: 1,
          show: parts.length > 0,
          data: bars.map(({ name }) => short(name, (labelWidth - margin) / widest.label)),
        },
        axisLabel: { ...text, color: standIns.ink, interval: 0 },
        ...{ axisLine: { show: false }, axisTick: { show: false } },
      },
    ],
    series: [
      ...lines,
      {
        ...{ name: 'Allocation', type: 'bar', xAxisIndex: 1, yAxisIndex: 1, barMaxWidth: 16 },
        itemStyle: { color: standIns.part },
        data: bars.map(({ share }) => Number(share)),
        label: {
          ...{ show: true, position: 'right', ...text, color: standIns.ink },
          formatter: ({ dataIndex }: { dataIndex: number }) => percent(bars[dataIndex]?.share ?? '0'),
        },
      },
    ],
    useUTC: true,
  };
};

const note = (words: string, top: number) => ({
  ...{ text: words, left: 'center', top, textStyle: { ...text, fontSize: 14, fontWeight: 'normal' } },
});

/** Draws a picture as SVG that needs nothing but its own style sheet, which is returned besides. */
export const drawChart = (picture: Picture): { svg: string; style: string } => {
  const style = styles[picture.theme];
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: picture.width, height });
  try {
    chart.setOption(optionOf(picture));
    const svg = withColours(withFonts(withoutPointers(chart.renderToSVGString())), picture.theme);
    const head = `<title>${escaped(picture.title)}</title><style>${style}</style>`;
    return {
      svg: svg.replace(/^(<svg\b)([^>]*>)/, (_, tag, rest) => `${tag} role="img"${rest}${head}`),
      style,
    };
  } finally {
    chart.dispose();
  }
};
