// Catches what breaks in a part of the screen, so that the rest stays usable and nothing is lost silently.
import { Component, type ErrorInfo, type ReactNode } from "react";

import { Button } from "../ui/button.tsx";

export interface ErrorBoundaryProps {
  /** What broke, in the words of the screen: "The schedule". */
  part: string;
  children: ReactNode;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error): { fault: Error } {
    return { fault };
  }

  override componentDidCatch(fault: Error, info: ErrorInfo): void {
    console.error(this.props.part, fault, info.componentStack);
  }

  override render(): ReactNode {
    if (this.state.fault === null) return this.props.children;
    return (
      <div role="alert" className="grid h-full min-h-40 place-items-center p-6">
        <div className="grid max-w-sm justify-items-center gap-3 text-center">
          <p className="text-lg font-semibold">{this.props.part} could not be shown</p>
          <p className="text-sm text-ink-2">
            Edits you made are kept and will be sent. If it happens again, reload the page.
          </p>
          <div className="flex gap-2">
            <Button weight="primary" onClick={() => this.setState({ fault: null })}>
              Try again
            </Button>
            <Button onClick={() => location.reload()}>Reload</Button>
          </div>
        </div>
      </div>
    );
  }
}
