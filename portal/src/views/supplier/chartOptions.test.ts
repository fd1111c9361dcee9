import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { describe, expect, it } from 'vitest';
import { panelOption } from './chartOptions';

echarts.use([LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

const chart = { basis: 'series-means', signals: [], limits: { lower_limit: null, nominal: null, upper_limit: null } } as unknown as Parameters<typeof panelOption>[1];
const words = { upper: 'U', lower: 'L', centre: 'C', specification: 'S', number: (value: number) => value.toFixed(4), point: String };

/** How high each label of a limit stands in the picture as it is drawn, by its text. */
function drawn(panel: Parameters<typeof panelOption>[0]): Map<string, number> {
  const made = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 600, height: 260 });
  made.setOption(panelOption(panel, chart, true, words));
  const found = [...made.renderToSVGString().matchAll(/<text([^>]*)>([ULC] [^<]+)<\/text>/g)].map(([, attributes = '', text = '']): [string, number] => {
    const moved = /translate\(\s*[-\d.]+[ ,]+([-\d.]+)/.exec(attributes)?.[1] ?? '0';
    const y = /\sy="([-\d.]+)"/.exec(attributes)?.[1] ?? '0';
    return [text, Number(moved) + Number(y)];
  });
  made.dispose();
  return new Map(found);
}

describe('limits of a control chart', () => {
  it('stand where they belong also when they differ in the fourth decimal only', () => {
    const places = drawn({ name: 'I', first: 1, points: [24.00576, 24.00246, 24.00394, 24.0038, 24.00556, 24.00362], centre: 24.00419, lower: 23.9996, upper: 24.00877, outside: [] });
    expect([...places.keys()]).toEqual(['U 24.0088', 'C 24.0042', 'L 23.9996']);
    const [upper = 0, centre = 0, lower = 0] = places.values();
    expect(centre - upper).toBeGreaterThan(60);
    expect(lower - centre).toBeGreaterThan(60);
    expect(Math.abs(upper + lower - 2 * centre)).toBeLessThan(3);
  });
});
