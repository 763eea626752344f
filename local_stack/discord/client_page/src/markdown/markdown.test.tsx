import { fireEvent, screen } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { renderAtDesk } from '../testing/at_desk';
import { BO, GENERAL, TEACHERS } from '../testing/little_world';
import { Markdown } from './markdown';

describe('text on the page', () => {
  it('shows markup that somebody typed as text', () => {
    renderAtDesk(<Markdown source={'<img src=x onerror=alert(1)> <b>x</b>'} />);
    expect(document.querySelector('img, b')).toBeNull();
    expect(document.body.textContent).toContain('<img src=x onerror=alert(1)>');
  });

  it('names those who are mentioned', () => {
    renderAtDesk(<Markdown source={`<@${BO}> <@&${TEACHERS}> <#${GENERAL}> <@1319999999999999999>`} />);
    expect(document.body.textContent).toBe('@Bo @Teachers #general @unknown-user');
  });

  it('lets everyone stand out only where it reached everyone', () => {
    renderAtDesk(<Markdown source="@everyone" />);
    expect(document.querySelector('.mention')).toBeNull();
    renderAtDesk(<Markdown source="@everyone" everyone />);
    expect(document.querySelector('.mention')?.textContent).toBe('@everyone');
  });

  it('keeps a spoiler until somebody presses it', () => {
    renderAtDesk(<Markdown source="||the end||" />);
    fireEvent.click(screen.getByRole('button', { name: /Spoiler/ }));
    expect(screen.queryByRole('button')).toBeNull();
    expect(document.body.textContent).toBe('the end');
  });

  it('opens links in another tab', () => {
    renderAtDesk(<Markdown source="[here](https://example.com/)" />);
    const link = screen.getByRole('link', { name: 'here' });
    expect(link.getAttribute('target')).toBe('_blank');
    expect(link.getAttribute('rel')).toContain('noopener');
  });

  it('starts a command that is mentioned', () => {
    const seen = renderAtDesk(<Markdown source="</kaltura-start:1350000000000000001>" />);
    fireEvent.click(screen.getByRole('button', { name: '/kaltura-start' }));
    expect(seen.started).toEqual(['kaltura-start']);
  });

  it('draws emoji alone large', () => {
    renderAtDesk(<Markdown source="🎉 🇫🇮" />);
    expect(document.querySelector('.markdown-jumbo')).not.toBeNull();
  });
});
