<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use RuntimeException;

/** A PHP process of the test site: a request that a test started and looks at from outside. */
final class Running {

	/** @var resource */
	private $process;
	private string $out;
	private string $err;

	/** @param list<string> $command */
	public function __construct( array $command, string $folder ) {
		$this->out = (string) tempnam( $folder, 'out' );
		$this->err = (string) tempnam( $folder, 'err' );
		$process   = proc_open( $command, array( array( 'file', '/dev/null', 'r' ), array( 'file', $this->out, 'w' ), array( 'file', $this->err, 'w' ) ), $pipes, $folder );
		if ( false === $process ) {
			throw new RuntimeException( 'Could not start: ' . implode( ' ', $command ) );
		}
		$this->process = $process;
	}

	public function pid(): int {
		return (int) proc_get_status( $this->process )['pid'];
	}

	public function kill( int $signal = 9 ): void {
		posix_kill( $this->pid(), $signal );
	}

	public function is_running(): bool {
		return (bool) proc_get_status( $this->process )['running'];
	}

	/** Waits until the process has written $text, or fails after ten seconds. */
	public function wait_for( string $text ): void {
		for ( $tries = 0; $tries < 1000; ++$tries ) {
			if ( str_contains( $this->output(), $text ) ) {
				return;
			}
			if ( ! $this->is_running() ) {
				break;
			}
			usleep( 10_000 );
		}
		throw new RuntimeException( "The process did not write \"$text\" but: " . $this->output() . $this->errors() );
	}

	/** Waits for its end. */
	public function join(): void {
		for ( $tries = 0; $this->is_running(); ++$tries ) {
			if ( $tries > 6000 ) {
				$this->kill();
				throw new RuntimeException( 'The process did not end within a minute: ' . $this->output() . $this->errors() );
			}
			usleep( 10_000 );
		}
	}

	public function output(): string {
		return (string) file_get_contents( $this->out );
	}

	public function errors(): string {
		return (string) file_get_contents( $this->err );
	}
}
