<?php

declare( strict_types=1 );

require __DIR__ . '/wordpress.php';
define( 'WP_INSTALLING', true );
require ABSPATH . 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install( 'Harbor Street Coffee', 'admin', 'owner@harborstreet.example', false, '', 'a long password of the test site' );
tell( 'DONE' );
