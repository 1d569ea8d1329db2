<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Events\TransactionWatch;
use PHPUnit\Framework\TestCase;

final class TransactionWatchTest extends TestCase {

	/**
	 * @dataProvider courses
	 * @param list<string> $statements `*` is the moment that is asked about.
	 */
	public function test_what_was_rolled_back_is_known( array $statements, bool $undone ): void {
		$watch = new TransactionWatch();
		$epoch = null;
		foreach ( $statements as $statement ) {
			if ( '*' === $statement ) {
				$epoch = $watch->epoch();
			} else {
				$this->assertSame( $statement, $watch->hear( $statement ) );
			}
		}
		$this->assertSame( $undone, $watch->is_undone( $epoch ) );
	}

	/** @return array<string, array{list<string>, bool}> */
	public function courses(): array {
		return array(
			'no transaction'                           => array( array( '*', 'SELECT 1' ), false ),
			'rolled back'                              => array( array( 'START TRANSACTION', '*', 'ROLLBACK' ), true ),
			'rolled back, in small letters and spaced' => array( array( "  start\ttransaction", '*', ' rollback;' ), true ),
			'BEGIN'                                    => array( array( 'BEGIN', '*', 'ROLLBACK' ), true ),
			'begun before we listened'                 => array( array( '*', 'UPDATE x', 'ROLLBACK' ), true ),
			'committed'                                => array( array( 'START TRANSACTION', '*', 'COMMIT', 'ROLLBACK' ), false ),
			'before the transaction'                   => array( array( '*', 'START TRANSACTION', 'ROLLBACK' ), false ),
			'after the rollback'                       => array( array( 'START TRANSACTION', 'ROLLBACK', '*' ), false ),
			'to a savepoint'                           => array( array( 'START TRANSACTION', 'SAVEPOINT a', '*', 'ROLLBACK TO SAVEPOINT a', 'COMMIT' ), true ),
			'a text that only mentions it'             => array( array( 'START TRANSACTION', '*', "INSERT INTO x VALUES ('ROLLBACK')", "ROLLBACKS" ), false ),
		);
	}

	public function test_a_filter_value_that_is_no_text_passes(): void {
		$this->assertNull( ( new TransactionWatch() )->hear( null ) );
		$this->assertSame( '', ( new TransactionWatch() )->hear( '' ) );
	}
}
