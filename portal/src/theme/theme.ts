/** The look: paper, ink and pine; gold for what is proved. One place for every colour, shared by antd, our CSS and charts. */
import { theme as antd } from 'antd';
import type { ThemeConfig } from 'antd';

export const INK = '#17211d';
export const INK_SOFT = '#53605a';
export const LINE = '#e3e1d8';
export const PAPER = '#f7f6f1';
export const CARD = '#ffffff';
export const PINE = '#0b5c4e';
export const PINE_SOFT = '#e2efea';
export const GOLD = '#8a6414';
export const GOLD_SOFT = '#f8eed6';
export const CLAY = '#a5341d';
export const CLAY_SOFT = '#fae7e1';
export const BLUE = '#23528f';
export const BLUE_SOFT = '#e5edf7';

export const SANS =
  "'Inter Variable', system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
export const SERIF = "'Newsreader Variable', 'Songti SC', 'Noto Serif CJK SC', 'SimSun', Georgia, serif";

export const THEME: ThemeConfig = {
  algorithm: antd.defaultAlgorithm,
  token: {
    colorPrimary: PINE,
    colorInfo: BLUE,
    colorSuccess: PINE,
    colorWarning: GOLD,
    colorError: CLAY,
    // Named, not derived: what antd derives from dark colours is muddy.
    colorInfoBg: '#eef3f9',
    colorInfoBorder: '#c3d3e8',
    colorWarningBg: '#fbf4e3',
    colorWarningBorder: '#e6d3a3',
    colorErrorBg: '#fcefeb',
    colorErrorBorder: '#eac4ba',
    colorSuccessBg: '#edf5f2',
    colorSuccessBorder: '#b9d8cd',
    colorText: INK,
    colorTextSecondary: INK_SOFT,
    colorTextTertiary: INK_SOFT,
    colorTextDescription: INK_SOFT,
    colorTextPlaceholder: '#6b766f',
    colorBorder: '#cfcdc3',
    colorBorderSecondary: LINE,
    colorSplit: LINE,
    colorBgLayout: PAPER,
    colorBgContainer: CARD,
    colorLink: PINE,
    borderRadius: 8,
    borderRadiusLG: 12,
    fontFamily: SANS,
    fontSize: 14,
    controlHeight: 36,
    lineHeight: 1.55,
    boxShadowTertiary: '0 1px 2px rgba(23,33,29,.05)',
    motionDurationMid: '0.14s',
    motionDurationSlow: '0.2s',
  },
  components: {
    Layout: { siderBg: PAPER, headerBg: PAPER, bodyBg: PAPER },
    Menu: {
      itemBg: 'transparent',
      itemSelectedBg: PINE_SOFT,
      itemSelectedColor: PINE,
      itemHeight: 38,
      itemBorderRadius: 8,
      groupTitleColor: INK_SOFT,
      activeBarBorderWidth: 0,
    },
    Card: { headerFontSize: 15, bodyPadding: 20 },
    Table: { headerBg: 'transparent', headerColor: INK_SOFT, headerSplitColor: 'transparent', rowHoverBg: '#faf9f5', cellPaddingBlock: 12 },
    Tabs: { titleFontSize: 14, horizontalItemGutter: 28 },
    Statistic: { contentFontSize: 24 },
  },
};
