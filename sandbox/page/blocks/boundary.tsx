import { Component, type ReactNode } from 'react';

/** One a block: what can't be drawn is shown as data, and the rest of the page stays. */
export class Boundary extends Component<{ what: object; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate(before: { what: object }): void {
    if (this.state.failed && before.what !== this.props.what) this.setState({ failed: false });
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Undrawn what={this.props.what} reason="This block could not be drawn." />;
  }
}

/** A block as data, for kinds that the page doesn't draw. */
export function Undrawn({ what, reason }: { what: object; reason: string }) {
  return (
    <details className="undrawn">
      <summary>{reason}</summary>
      <pre>{JSON.stringify(what, null, 2)}</pre>
    </details>
  );
}
