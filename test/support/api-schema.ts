// Generated from shared/contract/openapi.json: npm run openapi

export interface paths {
    "/healthcheck": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell whether the database, Redis and the queue answer */
        get: operations["healthCheck"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell which version this is, and which chains it knows */
        get: operations["infoGet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describe this API (OpenAPI 3.1) */
        get: operations["documentsOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Try this API out in a browser (Swagger UI) */
        get: operations["documentsDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/redoc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read about this API in a browser (Redoc) */
        get: operations["documentsRedoc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file that the pages load */
        get: operations["documentsAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create an account */
        post: operations["authSignUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchange a username or an e-mail address and a password for tokens */
        post: operations["authLogIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/token/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchange a refresh token for new tokens; each serves once */
        post: operations["authRefresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/log-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session of the access token, at once */
        post: operations["authLogOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show your account */
        get: operations["usersGet"];
        /** Replace your username and e-mail address */
        put: operations["usersReplace"];
        post?: never;
        /** Delete your account: password and exchange keys are erased at once, and the name is free */
        delete: operations["usersDelete"];
        options?: never;
        head?: never;
        /** Change your username or e-mail address */
        patch: operations["usersChange"];
        trace?: never;
    };
    "/user/{username}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change your password, and end every session */
        post: operations["usersPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wallet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a wallet and the addresses it watches */
        post: operations["walletsCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wallet/{wallet_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a wallet */
        get: operations["walletsGet"];
        /** Replace the name and description of a wallet; its addresses have endpoints of their own */
        put: operations["walletsReplace"];
        post?: never;
        /** Delete a wallet with its addresses, balances, transactions and imports */
        delete: operations["walletsDelete"];
        options?: never;
        head?: never;
        /** Change the name or description of a wallet */
        patch: operations["walletsChange"];
        trace?: never;
    };
    "/wallet/{wallet_uuid}/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have a wallet watch an address on a chain */
        post: operations["walletsAddChain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wallet/{wallet_uuid}/chain/{chain_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Have a wallet watch nothing on a chain any more; what it holds there stays */
        delete: operations["walletsRemoveChain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/wallets/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the wallets of a user, the newest first */
        get: operations["walletsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wallet/address/{address}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your wallets that watch an address, the newest first */
        get: operations["walletsByAddress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transaction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record a transaction by hand */
        post: operations["transactionsCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transaction/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record many transactions by hand, all or none, in any order */
        post: operations["transactionsBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transaction/{transaction_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a transaction */
        get: operations["transactionsGet"];
        put?: never;
        post?: never;
        /** Delete a transaction; one that was imported does not come back with a later import */
        delete: operations["transactionsDelete"];
        options?: never;
        head?: never;
        /** Change a transaction: of one that was imported, its price, its fee and its type in the same direction */
        patch: operations["transactionsChange"];
        trace?: never;
    };
    "/transaction/cancel/{transaction_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a transaction: it stays in the lists and counts no more */
        post: operations["transactionsCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transaction/restore/{transaction_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore a cancelled transaction to the status it had */
        post: operations["transactionsRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wallet/transactions/{wallet_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the transactions of a wallet, the newest first */
        get: operations["transactionsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transaction/{transaction_uuid}/lots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the lots that a disposal names, and how much of each it has consumed */
        get: operations["transactionsNamedLots"];
        /** Name the lots that a disposal consumes, instead of those that the method would choose; in years of average cost they decide the dates only, and the cost is the average */
        put: operations["transactionsNameLots"];
        post?: never;
        /** Let the method choose the lots of a disposal again */
        delete: operations["transactionsUnnameLots"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transfer/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Link what one wallet sent with what another received: coins keep their dates and costs */
        post: operations["transfersLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transfer/link/{link_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a link, one made automatically too: it does not come back by itself */
        delete: operations["transfersUnlink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transfer/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what look like transfers between your own wallets and are not linked yet, the likeliest first */
        get: operations["transfersSuggestions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wallet/{wallet_uuid}/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import an explorer's exports of one address */
        post: operations["importsCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/import/{batch_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an import and what it has brought */
        get: operations["importsGet"];
        put?: never;
        post?: never;
        /** Undo an import: the rows it added go, even where a later import had them too, and so do edits of its transactions */
        delete: operations["importsUndo"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance/wallet/{wallet_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the balances of a wallet; remainders too small to matter are left out unless asked for */
        get: operations["balancesList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance/user/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what you have of each token in all your wallets, and what it adds up to */
        get: operations["balancesByToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance/{balance_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a balance */
        get: operations["balancesGet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance/{balance_uuid}/lots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the lots of a balance, the oldest first */
        get: operations["balancesLots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance/{balance_uuid}/matches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the lot matches of a balance, the oldest disposal first */
        get: operations["balancesMatches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance/history/{balance_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a balance was and was worth, hour by hour to month by month, or at its transactions */
        get: operations["balancesHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wallet/history/{wallet_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a wallet was worth and had gained, hour by hour to month by month */
        get: operations["walletsHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portfolio/history/{portfolio_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a portfolio was worth and had gained, hour by hour to month by month */
        get: operations["portfoliosHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/history/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what all that you have was worth and had gained, hour by hour to month by month */
        get: operations["usersHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List every change to your transactions, links and settings, the newest first */
        get: operations["auditList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the chains */
        get: operations["chainsList"];
        put?: never;
        /** Add a chain; its native token is added apart, as a token without a contract */
        post: operations["chainsCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/chains/{chain_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a chain */
        get: operations["chainsGet"];
        /** Replace what is known of a chain; its id and its kind stay */
        put: operations["chainsReplace"];
        post?: never;
        /** Delete a chain that nothing uses */
        delete: operations["chainsDelete"];
        options?: never;
        head?: never;
        /** Change what is known of a chain */
        patch: operations["chainsChange"];
        trace?: never;
    };
    "/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find tokens, verified ones first, then by symbol */
        get: operations["tokensList"];
        put?: never;
        /** Add a token, or without a contract the native coin of a chain */
        post: operations["tokensCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{token_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a token */
        get: operations["tokensGet"];
        /** Replace what is known of a token; its chain, contract and decimals stay */
        put: operations["tokensReplace"];
        post?: never;
        /** Delete a token that nothing uses */
        delete: operations["tokensDelete"];
        options?: never;
        head?: never;
        /** Change what is known of a token, or mark it as spam with `is_spam` */
        patch: operations["tokensChange"];
        trace?: never;
    };
    "/tokens/{token_uuid}/decimals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Correct the decimals of a token: what was recorded stands, and every balance in it is replayed */
        post: operations["tokensDecimals"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rpcs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the RPC endpoints of all chains or one */
        get: operations["rpcsList"];
        put?: never;
        /** Add an RPC endpoint of a chain */
        post: operations["rpcsCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rpcs/{rpc_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an RPC endpoint */
        get: operations["rpcsGet"];
        /** Replace an RPC endpoint; its chain stays */
        put: operations["rpcsReplace"];
        post?: never;
        /** Delete an RPC endpoint */
        delete: operations["rpcsDelete"];
        options?: never;
        head?: never;
        /** Change an RPC endpoint */
        patch: operations["rpcsChange"];
        trace?: never;
    };
    "/user-management/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the accounts, the newest first, with those that are deleted and not purged yet */
        get: operations["userManagementList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user-management/user/{user_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete an account, as its owner could */
        delete: operations["userManagementDelete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance/recalculate/wallet/{wallet_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay every balance of a wallet from its first transaction */
        post: operations["balancesRecalculate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portfolio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a portfolio: some of your wallets, seen as one */
        post: operations["portfoliosCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portfolio/{portfolio_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a portfolio */
        get: operations["portfoliosGet"];
        /** Replace the name, description and method of a portfolio; its wallets have endpoints of their own */
        put: operations["portfoliosReplace"];
        post?: never;
        /** Delete a portfolio; its wallets stay */
        delete: operations["portfoliosDelete"];
        options?: never;
        head?: never;
        /** Change the name, description or method of a portfolio */
        patch: operations["portfoliosChange"];
        trace?: never;
    };
    "/user/portfolios/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the portfolios of a user, the newest first */
        get: operations["portfoliosList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portfolio/{portfolio_uuid}/wallet/{wallet_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Put a wallet into a portfolio */
        put: operations["portfoliosAddWallet"];
        post?: never;
        /** Take a wallet out of a portfolio */
        delete: operations["portfoliosRemoveWallet"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portfolio/{portfolio_uuid}/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what a portfolio is worth, what it has gained, and what it is made of */
        get: operations["portfoliosSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portfolio/{portfolio_uuid}/performance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Measure what a portfolio has returned: time-weighted, money-weighted and simple, step by step */
        get: operations["portfoliosPerformance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/portfolio/{portfolio_uuid}/chart.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Draw what a portfolio was worth against what it cost, and what it is made of today */
        get: operations["portfoliosChart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prices/{token_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a token was worth, the last price of each interval, the oldest first */
        get: operations["pricesList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prices/{token_uuid}/override": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what you have said a token is worth */
        get: operations["pricesGetOverride"];
        /** Say what a token is worth to you from now on, whatever sources say */
        put: operations["pricesSetOverride"];
        post?: never;
        /** Take back what you have said a token is worth: from now on sources tell */
        delete: operations["pricesRemoveOverride"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/prices/overrides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what you have said tokens are worth, the oldest first */
        get: operations["pricesOverrides"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Report a year's realized gains, each row one slice of one lot, as JSON or in Form 8949's columns */
        get: operations["gainsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gains/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the reports that you have stored, the newest first */
        get: operations["gainsReports"];
        put?: never;
        /** Store a report, so that it can be verified later, transaction by transaction */
        post: operations["gainsReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gains/report/{report_uuid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a stored report: it cannot be verified by its name any more */
        delete: operations["gainsDeleteReport"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gains/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Recompute a report from its transactions and say whether it is equal, or what has changed */
        post: operations["gainsVerify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gains/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay a wallet, a portfolio or all that you have by every method, side by side; nothing is written */
        post: operations["gainsCompare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gains/what-if": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show what a sale at this moment would realize, lot by lot; nothing is written */
        post: operations["gainsWhatIf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance/recalculate/all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay every balance of every user from its first transaction */
        post: operations["balancesRecalculateAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List every queue with what waits in it */
        get: operations["queuesList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queues/{name}/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move dead letters back to their queue, at most 1,000 at a time */
        post: operations["queuesRedrive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Error: {
            /** @enum {string} */
            type: "BadRequestException" | "AuthenticationError" | "AuthorizationError" | "UserError" | "WalletError" | "TokenError" | "TransactionError" | "BalanceError" | "PortfolioError" | "TransferError" | "PriceError" | "ImportError" | "ReportError" | "ChainError" | "RpcError" | "QueueError" | "ConflictError" | "PreconditionFailed" | "PayloadTooLarge" | "UnprocessableError" | "RateLimitError" | "GeneralProcessingException" | "ServiceUnavailable";
            message: string;
            /** @description What is wrong with which field of the request. */
            details?: {
                field: string;
                message: string;
            }[];
            /** @description Names this request in the logs. */
            request_id: string;
        };
        /** @description What the gateway answers by itself. */
        GatewayError: {
            message: string;
        };
        Health: {
            /** @enum {string} */
            status: "healthy" | "degraded" | "unhealthy";
            /** @enum {string} */
            database: "up" | "down";
            /** @enum {string} */
            redis: "up" | "down";
            /** @enum {string} */
            queue: "up" | "down";
            /** @example 0.1.0 */
            version: string;
        };
        Info: {
            /** @constant */
            name: "BagTracker";
            version: string;
            commit: string | null;
            chains: {
                /** @example 1 */
                chain_id: number | string;
                name: string;
            }[];
        };
        User: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /** @example ada */
            username: string;
            /** @example ada@example.org */
            email: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            updated_at: string;
        };
        Tokens: {
            /** @example eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwYjlmN2MxZSJ9.c2lnbmF0dXJl */
            access_token: string;
            /** @constant */
            token_type: "bearer";
            /**
             * @description Seconds.
             * @example 1800
             */
            expires_in: number;
            /**
             * @description Serves once, at `POST /token/refresh`; using it a second time ends the session.
             * @example 3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
             */
            refresh_token: string;
            /**
             * @description Seconds.
             * @example 2592000
             */
            refresh_expires_in: number;
        };
        Wallet: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /** @example Cold storage */
            name: string;
            description: string | null;
            addresses: {
                /**
                 * Format: uuid
                 * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                 */
                uuid: string;
                /** @example 1 */
                chain_id: number | string;
                /** @example 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045 */
                address: string;
            }[];
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            updated_at: string;
        };
        Transaction: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            wallet_uuid: string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            balance_uuid: string;
            /** @enum {string} */
            balance_state: "current" | "recalculating";
            /** @example 1 */
            chain_id: number | string;
            token: components["schemas"]["Token"];
            /** @enum {string} */
            transaction_type: "BUY" | "SELL" | "TRANSFER_IN" | "TRANSFER_OUT" | "FEE";
            /** @enum {string} */
            status: "confirmed" | "failed" | "cancelled" | "pending";
            /** @example 17.5 */
            amount: string;
            /** @example 1500000000000000000 */
            raw_amount: string;
            price_usd: string | null;
            /**
             * @description Where the price was found, `swap` for the value of the other side; null where whoever recorded it gave it.
             * @example coingecko
             */
            price_source: string | null;
            /** @description When a price that was found held, as its source tells: within an hour, else that day in UTC. */
            price_at: string | null;
            value_usd: string | null;
            fee_usd: string | null;
            transaction_hash: string | null;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            timestamp: string;
            block_number: number | null;
            gas_used: string | null;
            gas_price: string | null;
            /** @enum {string} */
            source: "manual" | "import" | "chain" | "exchange";
            needs_review: boolean;
            /** @description The other side of an own transfer. */
            linked_transaction_uuid: string | null;
            batch_uuid: string | null;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            updated_at: string;
        };
        Token: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /** @example ETH */
            symbol: string;
            /** @example Ether */
            name: string;
            /** @example 18 */
            decimals: number;
            contract_address: string | null;
        };
        NamedLots: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            transaction_uuid: string;
            /** @enum {string} */
            balance_state: "current" | "recalculating";
            lot_selections: {
                /**
                 * Format: uuid
                 * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                 */
                transaction_uuid: string;
                acquired_at: string | null;
                /** @example 17.5 */
                amount: string;
                /** @example 1500000000000000000 */
                raw_amount: string;
                /**
                 * @description How much of it the transaction has consumed in its name: less where other transactions have left less of it.
                 * @example 17.5
                 */
                taken_amount: string;
            }[];
        };
        TransferLink: {
            /**
             * Format: uuid
             * @description Names the link: it is the uuid of the side that sends.
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /** @description The side that sends. */
            out: components["schemas"]["Transaction"];
            /** @description The side that receives. */
            in: components["schemas"]["Transaction"];
            /**
             * @description What does not arrive: the fee of the network, spent by the sender.
             * @example 17.5
             */
            fee: string;
            /** @enum {string} */
            origin: "manual" | "automatic";
        };
        TransferSuggestion: {
            /** @description The side that sends. */
            out: components["schemas"]["Transaction"];
            /** @description The side that receives. */
            in: components["schemas"]["Transaction"];
            /**
             * @description What does not arrive: the fee of the network, spent by the sender.
             * @example 17.5
             */
            fee: string;
            /**
             * @description From 0 to 1: how well amounts and times agree.
             * @example 17.5
             */
            score: string;
        };
        ImportedFile: {
            name: string;
            /** @enum {string} */
            kind: "transactions" | "internal" | "erc20";
            rows: number;
            imported: number;
            duplicates: number;
            skipped: {
                line: number;
                reason: string;
            }[];
        };
        Balance: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            wallet_uuid: string;
            /** @example 1 */
            chain_id: number | string;
            token: components["schemas"]["Token"];
            /** @example 17.5 */
            amount: string;
            /** @example 1500000000000000000 */
            raw_amount: string;
            avg_buy_price_usd: string | null;
            avg_sell_price_usd: string | null;
            /** @example 17.5 */
            total_buy_value_usd: string;
            /** @example 17.5 */
            total_sell_value_usd: string;
            cost_basis_usd: string | null;
            /** @example 17.5 */
            realized_pnl_usd: string;
            /**
             * @description With every unknown cost as high as its proceeds.
             * @example 17.5
             */
            realized_pnl_usd_min: string;
            /**
             * @description With every unknown cost at zero.
             * @example 17.5
             */
            realized_pnl_usd_max: string;
            /** @description Your own price where you have set one. */
            price_usd: string | null;
            /**
             * @description `manual` for your own.
             * @example coingecko
             */
            price_source: string | null;
            /** @description When the price held, as its source tells. */
            price_at: string | null;
            /**
             * @description Stale an hour after `price_at`, and counted; disputed where sources disagree, and left out of totals.
             * @enum {string}
             */
            price_state: "manual" | "current" | "stale" | "disputed" | "none";
            value_usd: string | null;
            unrealized_pnl_usd: string | null;
            /** @example 17.5 */
            fees_usd: string;
            basis_complete: boolean;
            /**
             * @description Quantity disposed of that no lot covers.
             * @example 17.5
             */
            shortfall: string;
            /** @enum {string} */
            state: "current" | "recalculating";
            /** @description Against the value on the hour a day ago; null where that is unknown. */
            change_24h_usd: string | null;
            change_24h_percent: string | null;
            /** @description The highest value, by snapshots and now; prices that sources disagree about left out. */
            all_time_high_usd: string | null;
            all_time_high_at: string | null;
        };
        Import: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            wallet_uuid: string;
            /** @example 1 */
            chain_id: number | string;
            format: string;
            address: string;
            files: components["schemas"]["ImportedFile"][];
            /** @description How many transactions it holds now. */
            transactions: number;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
        };
        Holding: {
            token: components["schemas"]["Token"];
            /** @example 1 */
            chain_id: number | string;
            is_verified: boolean;
            is_spam: boolean;
            /** @description How many wallets have a balance of it, closed ones included. */
            wallets: number;
            /** @example 17.5 */
            amount: string;
            cost_basis_usd: string | null;
            /** @example 17.5 */
            realized_pnl_usd: string;
            /**
             * @description With every unknown cost as high as its proceeds.
             * @example 17.5
             */
            realized_pnl_usd_min: string;
            /**
             * @description With every unknown cost at zero.
             * @example 17.5
             */
            realized_pnl_usd_max: string;
            /** @description Your own price where you have set one. */
            price_usd: string | null;
            /**
             * @description `manual` for your own.
             * @example coingecko
             */
            price_source: string | null;
            /** @description When the price held, as its source tells. */
            price_at: string | null;
            /**
             * @description Stale an hour after `price_at`, and counted; disputed where sources disagree, and left out of totals.
             * @enum {string}
             */
            price_state: "manual" | "current" | "stale" | "disputed" | "none";
            value_usd: string | null;
            unrealized_pnl_usd: string | null;
            /** @example 17.5 */
            fees_usd: string;
            basis_complete: boolean;
            /**
             * @description Quantity disposed of that no lot covers.
             * @example 17.5
             */
            shortfall: string;
            /** @enum {string} */
            state: "current" | "recalculating";
        };
        Totals: {
            /**
             * @description Of verified tokens that have a price which nobody disputes.
             * @example 17.5
             */
            value_usd: string;
            /**
             * @description Of the same tokens, as far as it is known.
             * @example 17.5
             */
            cost_basis_usd: string;
            /** @description Of the same tokens; null where a cost is unknown. */
            unrealized_pnl_usd: string | null;
            /**
             * @description With every unknown cost as high as the value.
             * @example 17.5
             */
            unrealized_pnl_usd_min: string;
            /**
             * @description With every unknown cost at zero.
             * @example 17.5
             */
            unrealized_pnl_usd_max: string;
            /**
             * @description Of all tokens but spam, as far as it is known.
             * @example 17.5
             */
            realized_pnl_usd: string;
            /**
             * @description With every unknown cost as high as its proceeds.
             * @example 17.5
             */
            realized_pnl_usd_min: string;
            /**
             * @description With every unknown cost at zero.
             * @example 17.5
             */
            realized_pnl_usd_max: string;
            /**
             * @description Of all tokens but spam.
             * @example 17.5
             */
            fees_usd: string;
            /** @description Tokens held that have no price: in no value. */
            unpriced_tokens: number;
            /**
             * @description What those cost, as far as it is known.
             * @example 17.5
             */
            unpriced_cost_basis_usd: string;
            /** @description Tokens held that may not be what they say. */
            unverified_tokens: number;
            /**
             * @description What those of them that have a price would be worth: not in `value_usd`.
             * @example 17.5
             */
            unverified_value_usd: string;
            /** @description Tokens held whose price is more than an hour old: counted. */
            stale_tokens: number;
            /** @description Tokens held about whose price sources disagree. */
            disputed_tokens: number;
            /**
             * @description What those would be worth: not in `value_usd`.
             * @example 17.5
             */
            disputed_value_usd: string;
            /** @description Tokens held that are spam: in no figure. */
            spam_tokens: number;
            basis_complete: boolean;
            /** @enum {string} */
            state: "current" | "recalculating";
        };
        Lot: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            acquired_at: string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            transaction_uuid: string;
            /** @example 17.5 */
            amount: string;
            /** @example 17.5 */
            remaining_amount: string;
            unit_cost_usd: string | null;
            cost_usd: string | null;
            remaining_cost_usd: string | null;
            basis_known: boolean;
        };
        Match: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            transaction_uuid: string;
            /** @description Null for a shortfall: the part that no lot covers. */
            lot_uuid: string | null;
            /**
             * @description A REBASE ends average cost: a lot of the averaged cost goes on.
             * @enum {string}
             */
            kind: "SELL" | "TRANSFER_OUT" | "FEE" | "REBASE";
            method: ("FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE" | "SPECIFIC") | null;
            /** @example 17.5 */
            amount: string;
            cost_usd: string | null;
            proceeds_usd: string | null;
            gain_usd: string | null;
            acquired_at: string | null;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            disposed_at: string;
            term: ("short" | "long") | null;
        };
        BalanceHistoryPoint: {
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            at: string;
            value_usd: string | null;
            cost_basis_usd: string | null;
            realized_pnl_usd: string | null;
            /** @description Null where a cost is unknown. */
            unrealized_pnl_usd: string | null;
            /** @description False in a gap, where a price is missing or disputed, and while the past is being recomputed after a change. */
            complete: boolean;
            /** @description False in a gap, and from when on something was disposed of at a cost or price that is unknown: `realized_pnl_usd` is what is known. */
            realized_complete: boolean;
            /** @description Whether it is an earlier point that stands in a gap. */
            carried: boolean;
            /** @description Whether a missed snapshot was made up for later. */
            filled: boolean;
            /** @description When a back-dated change last altered what this point says. */
            recomputed_at: string | null;
            /** @description Null in a gap. */
            amount: string | null;
            /** @description Your own price where you have set one. */
            price_usd: string | null;
            /**
             * @description `manual` for your own.
             * @example coingecko
             */
            price_source: string | null;
            /** @description When the price held, as its source tells. */
            price_at: string | null;
            /**
             * @description Stale an hour after `price_at`, and counted; disputed where sources disagree, and left out of totals.
             * @enum {string}
             */
            price_state: "manual" | "current" | "stale" | "disputed" | "none";
        };
        HistoryPoint: {
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            at: string;
            /** @description Of verified tokens whose price is known and undisputed; null in a gap. */
            value_usd: string | null;
            /** @description Of the same coins, as far as it is known. */
            cost_basis_usd: string | null;
            /** @description Of all tokens but spam, up to then. */
            realized_pnl_usd: string | null;
            /** @description Of the same coins as the value; null where a cost is unknown. */
            unrealized_pnl_usd: string | null;
            /** @description False in a gap, where a price is missing or disputed, and while the past is being recomputed after a change. */
            complete: boolean;
            /** @description False in a gap, and from when on something was disposed of at a cost or price that is unknown: `realized_pnl_usd` is what is known. */
            realized_complete: boolean;
            /** @description Whether it is an earlier point that stands in a gap. */
            carried: boolean;
            /** @description Whether a missed snapshot was made up for later. */
            filled: boolean;
            /** @description When a back-dated change last altered what this point says. */
            recomputed_at: string | null;
            /** @description Balances of verified tokens that had no price: in no value. */
            unpriced: number;
            /** @description Those whose price was older than an hour: they count. */
            stale: number;
            /** @description Those whose price sources disagreed about: in no value. */
            disputed: number;
        };
        AuditEntry: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            at: string;
            actor: {
                /**
                 * @description The system is what links transfers by itself, for example.
                 * @enum {string}
                 */
                kind: "user" | "operator" | "system";
                username: string | null;
            };
            /**
             * @description Found is what was there before the trail began; deleted is hidden and kept, erased is gone for good.
             * @enum {string}
             */
            action: "found" | "created" | "changed" | "deleted" | "restored" | "erased";
            /**
             * @description Such as transaction, link, declined_link, lot_selection, price_override, portfolio or portfolio_wallet.
             * @example transaction
             */
            subject: string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            subject_uuid: string;
            /**
             * @description What was recorded, field by field, under the names that the resource has; decimals are strings.
             * @example {
             *       "transaction_type": "BUY",
             *       "amount": "1.5",
             *       "price_usd": "2500.5"
             *     }
             */
            before: {
                [key: string]: string | number | boolean | {
                    [key: string]: string;
                } | null;
            } | null;
            /**
             * @description What was recorded, field by field, under the names that the resource has; decimals are strings.
             * @example {
             *       "transaction_type": "BUY",
             *       "amount": "1.5",
             *       "price_usd": "2500.5"
             *     }
             */
            after: {
                [key: string]: string | number | boolean | {
                    [key: string]: string;
                } | null;
            } | null;
            wallet_uuids: string[];
            /** @description The balances it touched. */
            balance_uuids: string[];
            /**
             * @description SHA-256 of the previous hash and of this entry.
             * @example aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
             */
            hash: string;
            /** @example aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa */
            previous_hash: string;
        };
        Chain: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /** @example 1 */
            chain_id: number | string;
            short_name: string;
            name: string;
            /** @enum {string} */
            kind: "evm" | "tron" | "solana" | "stacks";
            explorer_url: string;
            explorer_tx_path: string;
            explorer_address_path: string;
            finality_tag: string | null;
            finality_confirmations: number;
            finality_unit: string;
            block_time_ms: number;
            coingecko_platform: string | null;
            defillama_id: string | null;
            is_active: boolean;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            updated_at: string;
        };
        TokenDetails: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /** @example 1 */
            chain_id: number | string;
            /** @description Null for a chain's native coin. */
            contract_address: string | null;
            symbol: string;
            name: string;
            decimals: number;
            /** @enum {string} */
            kind: "native" | "wrapped_native" | "stablecoin" | "other";
            is_verified: boolean;
            is_spam: boolean;
            coingecko_id: string | null;
            current_price_usd: string | null;
            price_at: string | null;
            price_source: string | null;
            /**
             * @description `stale` when it is older than an hour, `disputed` when sources are more than 20 % apart, `none` without a price.
             * @enum {string}
             */
            price_state: "current" | "stale" | "disputed" | "none";
            /** @description As it was last told: few sources tell it, so it may be older than the price. */
            market_cap_usd: string | null;
            /** @description As it was last told: few sources tell it, so it may be older than the price. */
            volume_24h_usd: string | null;
            /** @description As it was last told: few sources tell it, so it may be older than the price. */
            price_change_24h_percent: string | null;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            updated_at: string;
        };
        Rpc: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /** @example 1 */
            chain_id: number | string;
            /** @description In full: it may hold the key of an account with its provider. */
            url: string;
            priority: number;
            is_active: boolean;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            updated_at: string;
        };
        ManagedUser: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            username: string;
            email: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
            is_deleted: boolean;
            deleted_at: string | null;
            wallets: number;
        };
        Portfolio: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            name: string;
            description: string | null;
            /**
             * @description What chooses the lots that a disposal consumes: the oldest (FIFO), the youngest (LIFO), the dearest (HIFO), the cheapest (LOFO), or the average of all (AVERAGE); for all years, or by tax year.
             * @example FIFO
             */
            cost_basis_method: ("FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE") | ({
                /** @enum {string} */
                default: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
            } & {
                [key: string]: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
            });
            wallets: {
                /**
                 * Format: uuid
                 * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                 */
                uuid: string;
                name: string;
            }[];
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            updated_at: string;
        };
        PortfolioSummary: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            portfolio_uuid: string;
            /**
             * @description Of verified tokens that have a price which nobody disputes.
             * @example 17.5
             */
            value_usd: string;
            /**
             * @description Of the same tokens, as far as it is known.
             * @example 17.5
             */
            cost_basis_usd: string;
            /** @description Of the same tokens; null where a cost is unknown. */
            unrealized_pnl_usd: string | null;
            /**
             * @description With every unknown cost as high as the value.
             * @example 17.5
             */
            unrealized_pnl_usd_min: string;
            /**
             * @description With every unknown cost at zero.
             * @example 17.5
             */
            unrealized_pnl_usd_max: string;
            /**
             * @description Of all tokens but spam, as far as it is known.
             * @example 17.5
             */
            realized_pnl_usd: string;
            /**
             * @description With every unknown cost as high as its proceeds.
             * @example 17.5
             */
            realized_pnl_usd_min: string;
            /**
             * @description With every unknown cost at zero.
             * @example 17.5
             */
            realized_pnl_usd_max: string;
            /**
             * @description Of all tokens but spam.
             * @example 17.5
             */
            fees_usd: string;
            /** @description Tokens held that have no price: in no value. */
            unpriced_tokens: number;
            /**
             * @description What those cost, as far as it is known.
             * @example 17.5
             */
            unpriced_cost_basis_usd: string;
            /** @description Tokens held that may not be what they say. */
            unverified_tokens: number;
            /**
             * @description What those of them that have a price would be worth: not in `value_usd`.
             * @example 17.5
             */
            unverified_value_usd: string;
            /** @description Tokens held whose price is more than an hour old: counted. */
            stale_tokens: number;
            /** @description Tokens held about whose price sources disagree. */
            disputed_tokens: number;
            /**
             * @description What those would be worth: not in `value_usd`.
             * @example 17.5
             */
            disputed_value_usd: string;
            /** @description Tokens held that are spam: in no figure. */
            spam_tokens: number;
            basis_complete: boolean;
            /** @enum {string} */
            state: "current" | "recalculating";
            /** @description How much the value has changed; null where nothing is known of the day before. */
            change_24h_usd: string | null;
            /** @description Null also where nothing was worth anything then. */
            change_24h_percent: string | null;
            /** @description Whether the change covers all that makes the value. */
            change_24h_complete: boolean;
            allocation: {
                by_token: {
                    token: components["schemas"]["Token"];
                    /** @example 1 */
                    chain_id: number | string;
                    /** @example 17.5 */
                    amount: string;
                    /** @description Your own price where you have set one. */
                    price_usd: string | null;
                    /**
                     * @description `manual` for your own.
                     * @example coingecko
                     */
                    price_source: string | null;
                    /** @description When the price held, as its source tells. */
                    price_at: string | null;
                    /**
                     * @description Stale an hour after `price_at`, and counted; disputed where sources disagree, and left out of totals.
                     * @enum {string}
                     */
                    price_state: "manual" | "current" | "stale" | "disputed" | "none";
                    /** @example 17.5 */
                    value_usd: string;
                    /**
                     * @description Of the value, in millionths; all shares add up to 1 (largest remainder).
                     * @example 0.333333
                     */
                    share: string;
                }[];
                by_chain: {
                    /** @example 1 */
                    chain_id: number | string;
                    /** @example 17.5 */
                    value_usd: string;
                    /**
                     * @description Of the value, in millionths; all shares add up to 1 (largest remainder).
                     * @example 0.333333
                     */
                    share: string;
                }[];
            };
            unpriced: {
                token: components["schemas"]["Token"];
                /** @example 1 */
                chain_id: number | string;
                /** @example 17.5 */
                amount: string;
                cost_basis_usd: string | null;
            }[];
            unverified: {
                token: components["schemas"]["Token"];
                /** @example 1 */
                chain_id: number | string;
                /** @example 17.5 */
                amount: string;
                /** @description Your own price where you have set one. */
                price_usd: string | null;
                /**
                 * @description `manual` for your own.
                 * @example coingecko
                 */
                price_source: string | null;
                /** @description When the price held, as its source tells. */
                price_at: string | null;
                /**
                 * @description Stale an hour after `price_at`, and counted; disputed where sources disagree, and left out of totals.
                 * @enum {string}
                 */
                price_state: "manual" | "current" | "stale" | "disputed" | "none";
                value_usd: string | null;
            }[];
            disputed: {
                token: components["schemas"]["Token"];
                /** @example 1 */
                chain_id: number | string;
                /** @example 17.5 */
                amount: string;
                /** @description Your own price where you have set one. */
                price_usd: string | null;
                /**
                 * @description `manual` for your own.
                 * @example coingecko
                 */
                price_source: string | null;
                /** @description When the price held, as its source tells. */
                price_at: string | null;
                /**
                 * @description Stale an hour after `price_at`, and counted; disputed where sources disagree, and left out of totals.
                 * @enum {string}
                 */
                price_state: "manual" | "current" | "stale" | "disputed" | "none";
                /** @example 17.5 */
                value_usd: string;
            }[];
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            as_of: string;
        };
        Performance: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            portfolio_uuid: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            from: string;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            to: string;
            /** @description Null where a price is missing. */
            begin_value_usd: string | null;
            begin_prices: components["schemas"]["PricesThen"];
            end_value_usd: string | null;
            end_prices: components["schemas"]["PricesThen"];
            /** @description What was transferred in from elsewhere, other wallets of yours included, at its value then. */
            deposits_usd: string | null;
            withdrawals_usd: string | null;
            /** @description What was bought and not paid for in the same trade. */
            purchases_usd: string | null;
            sales_usd: string | null;
            /** @description What the value has grown by, beyond what came in and went out. */
            gain_usd: string | null;
            /**
             * @description As a fraction: 0.1 is ten percent.
             * @example 0.1
             */
            time_weighted_return: string | null;
            /**
             * @description Null for less than a year.
             * @example 0.1
             */
            time_weighted_return_yearly: string | null;
            /**
             * @description Of the whole time: as the yearly one, over as long.
             * @example 0.1
             */
            money_weighted_return: string | null;
            /**
             * @description XIRR, by actual days of years that have 365.
             * @example 0.1
             */
            money_weighted_return_yearly: string | null;
            /** @description Why there is none. */
            money_weighted_return_reason: ("missing_price" | "nothing_invested" | "no_root" | "several_roots") | null;
            /**
             * @description The gain by the value at the beginning and what came in since.
             * @example 0.1
             */
            simple_return: string | null;
            /** @description Whether no price is missing; old ones count. */
            complete: boolean;
            /** @description Prices that nobody knows, or sources disagree about; the first hundred. */
            missing: {
                /**
                 * Format: uuid
                 * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                 */
                token_uuid: string;
                /**
                 * Format: date-time
                 * @example 2024-03-01T12:00:00.000Z
                 */
                at: string;
            }[];
            steps: {
                /**
                 * Format: date-time
                 * @example 2024-03-01T12:00:00.000Z
                 */
                from: string;
                /**
                 * Format: date-time
                 * @example 2024-03-01T12:00:00.000Z
                 */
                to: string;
                begin_value_usd: string | null;
                /** @description Before what came in or went out at its end. */
                end_value_usd: string | null;
                end_prices: components["schemas"]["PricesThen"];
                /** @description What came in at its end, less what went out; by `modified_dietz`, in the course of it. */
                flow_usd: string | null;
                /**
                 * @description As a fraction: 0.1 is ten percent.
                 * @example 0.1
                 */
                return: string | null;
                /** @enum {string} */
                method: "exact" | "modified_dietz";
            }[];
            /** @description The first thousand. */
            flows: {
                /**
                 * Format: date-time
                 * @example 2024-03-01T12:00:00.000Z
                 */
                at: string;
                /** @enum {string} */
                kind: "deposit" | "withdrawal" | "purchase" | "sale";
                /**
                 * Format: uuid
                 * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                 */
                transaction_uuid: string;
                value_usd: string | null;
                /**
                 * @description Of the price that it is valued at: its own, else that of the token then.
                 * @enum {string}
                 */
                price_state: "transaction" | "manual" | "current" | "stale" | "disputed" | "none";
                /** @example 17.5 */
                fee_usd: string;
            }[];
        };
        /** @description What the prices were that a value rests on. What a transaction of that very moment says goes before them. */
        PricesThen: {
            /** @description Tokens held that had no price: without it there is no value. */
            unpriced: number;
            /** @description Those whose price was older than an hour: they count. */
            stale: number;
            /** @description Those whose price sources disagreed about, which is none. */
            disputed: number;
            /** @description Those with a price of your own. */
            manual: number;
        };
        PriceOverride: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            token: components["schemas"]["Token"];
            /** @example 1 */
            chain_id: number | string;
            /** @example 17.5 */
            price_usd: string;
            /**
             * Format: date-time
             * @description Before that it was worth what it was.
             * @example 2024-03-01T12:00:00.000Z
             */
            valid_from: string;
        };
        PricePoint: {
            /**
             * Format: date-time
             * @description When the price held, as its source tells.
             * @example 2024-03-01T12:00:00.000Z
             */
            at: string;
            /** @example 17.5 */
            price_usd: string;
            /** @example coingecko */
            price_source: string;
            /** @description Whether sources disagreed about it. */
            is_disputed: boolean;
        };
        Gain: {
            /**
             * Format: uuid
             * @description Of the lot match.
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /** @enum {string} */
            kind: "SELL" | "FEE";
            /** @example 17.5 */
            amount: string;
            symbol: string;
            /** @example 1 */
            chain_id: number | string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            token_uuid: string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            wallet_uuid: string;
            /** @description Null where it is unknown. */
            acquired_at: string | null;
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            disposed_at: string;
            term: ("short" | "long") | null;
            method: ("FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE" | "SPECIFIC") | null;
            proceeds_usd: string | null;
            cost_usd: string | null;
            gain_usd: string | null;
            gain_usd_min: string | null;
            gain_usd_max: string | null;
            /** @example 17.5 */
            fee_usd: string;
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            balance_uuid: string;
            lot_uuid: string | null;
            /**
             * Format: uuid
             * @description What disposed of it.
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            transaction_uuid: string;
            /** @description The transaction that opened the lot in this wallet; an own transfer keeps the date and the cost. */
            acquisition_uuid: string | null;
        };
        GainSettings: {
            /** @description Held for longer is long-term. */
            holding_years: number;
            /** @description Of every wallet whose transactions the report rests on, up to its year. */
            wallets: {
                /**
                 * Format: uuid
                 * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                 */
                wallet_uuid: string;
                /** @enum {string} */
                method: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
                years: {
                    year: number;
                    /** @enum {string} */
                    method: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
                }[];
            }[];
        };
        GainTotals: {
            rows: number;
            /** @description Rows of which the cost is unknown. */
            unknown_cost: number;
            /** @description Rows of which the proceeds are unknown: they are in no sum but the fees. */
            unknown_proceeds: number;
            /** @example 17.5 */
            proceeds_usd: string;
            /**
             * @description Of the rows of which both sides are known.
             * @example 17.5
             */
            cost_usd: string;
            /**
             * @description Of the same rows.
             * @example 17.5
             */
            gain_usd: string;
            /**
             * @description With every unknown cost as high as its proceeds.
             * @example 17.5
             */
            gain_usd_min: string;
            /**
             * @description With every unknown cost at zero.
             * @example 17.5
             */
            gain_usd_max: string;
            /**
             * @description What the disposals cost in fees, by which their proceeds are less, and gas at market value.
             * @example 17.5
             */
            fees_usd: string;
            short_term: components["schemas"]["GainSums"];
            long_term: components["schemas"]["GainSums"];
            /** @description Shortfalls: what no lot covers has no date of acquisition. */
            unknown_term: components["schemas"]["GainSums"];
            /** @description Whether no cost and no proceeds are unknown. */
            is_complete: boolean;
        };
        GainSums: {
            rows: number;
            /** @description Rows of which the cost is unknown. */
            unknown_cost: number;
            /** @description Rows of which the proceeds are unknown: they are in no sum but the fees. */
            unknown_proceeds: number;
            /** @example 17.5 */
            proceeds_usd: string;
            /**
             * @description Of the rows of which both sides are known.
             * @example 17.5
             */
            cost_usd: string;
            /**
             * @description Of the same rows.
             * @example 17.5
             */
            gain_usd: string;
            /**
             * @description With every unknown cost as high as its proceeds.
             * @example 17.5
             */
            gain_usd_min: string;
            /**
             * @description With every unknown cost at zero.
             * @example 17.5
             */
            gain_usd_max: string;
            /**
             * @description What the disposals cost in fees, by which their proceeds are less, and gas at market value.
             * @example 17.5
             */
            fees_usd: string;
        };
        GainReport: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /**
             * @description A calendar year, in UTC.
             * @example 2024
             */
            year: number;
            wallet_uuid: string | null;
            portfolio_uuid: string | null;
            /** @example replay/2 */
            engine_version: string;
            settings: components["schemas"]["GainSettings"];
            /**
             * @description SHA-256 over all transactions that the figures rest on, and all that decides of each.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            ledger_hash: string;
            /** @enum {string} */
            state: "current" | "recalculating";
            totals: components["schemas"]["GainTotals"];
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
        };
        StoredReport: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            uuid: string;
            /**
             * @description A calendar year, in UTC.
             * @example 2024
             */
            year: number;
            wallet_uuid: string | null;
            portfolio_uuid: string | null;
            /** @example replay/2 */
            engine_version: string;
            /**
             * @description SHA-256 over all transactions that the figures rest on, and all that decides of each.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            ledger_hash: string;
            totals: components["schemas"]["GainTotals"];
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            created_at: string;
        };
        Verification: {
            equal: boolean;
            /** @enum {string} */
            state: "current" | "recalculating";
            engine_version: {
                reported: string;
                recomputed: string;
            };
            ledger_hash: {
                reported: string;
                recomputed: string;
            };
            differences: {
                settings: {
                    name: string;
                    reported: string | null;
                    recomputed: string | null;
                }[];
                totals: {
                    name: string;
                    reported: string | null;
                    recomputed: string | null;
                }[];
                /** @description Where the matches that are stored add up to something else. */
                stored_totals: {
                    name: string;
                    stored: string | null;
                    recomputed: string | null;
                }[];
                /** @description How many; null unless the report was stored. */
                transactions_changed: number | null;
                /** @description The first thousand of them. */
                transactions: {
                    /**
                     * Format: uuid
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    transaction_uuid: string;
                    /** @enum {string} */
                    change: "changed" | "added" | "removed";
                }[] | null;
            };
        };
        MethodComparison: {
            /** @description The year whose gains these are; null for all years. */
            year: number | null;
            wallet_uuid: string | null;
            portfolio_uuid: string | null;
            /** @description How many were replayed, connected wallets included. */
            transactions: number;
            results: {
                /** @description Of all years, whatever lots disposals name; null for your own settings. */
                method: ("FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE") | null;
                totals: components["schemas"]["GainTotals"];
                /**
                 * @description What all that is held now cost, where it is known.
                 * @example 17.5
                 */
                cost_basis_usd: string;
                /**
                 * @description Of what is held now, where the price and the cost are known.
                 * @example 17.5
                 */
                unrealized_gain_usd: string;
                /** @description Balances of which the price or a cost is unknown: not in that gain. */
                unvalued_balances: number;
            }[];
        };
        SimulatedSale: {
            /**
             * Format: uuid
             * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
             */
            balance_uuid: string;
            /** @enum {string} */
            method: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
            /**
             * Format: date-time
             * @example 2024-03-01T12:00:00.000Z
             */
            sold_at: string;
            /** @enum {string} */
            state: "current" | "recalculating";
            slices: {
                /** @example 17.5 */
                amount: string;
                term: ("short" | "long") | null;
                proceeds_usd: string | null;
                cost_usd: string | null;
                gain_usd: string | null;
                gain_usd_min: string | null;
                gain_usd_max: string | null;
                /**
                 * Format: uuid
                 * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                 */
                lot_uuid: string;
                /**
                 * Format: date-time
                 * @example 2024-03-01T12:00:00.000Z
                 */
                acquired_at: string;
                /**
                 * Format: date-time
                 * @description From here on a sale of it is long-term.
                 * @example 2024-03-01T12:00:00.000Z
                 */
                long_term_from: string;
                /** @description Begun days count; 0 when it is so already. */
                days_until_long_term: number;
            }[];
            totals: components["schemas"]["GainTotals"];
            left: {
                /** @example 17.5 */
                amount: string;
                /**
                 * @description How much of it nobody knows the cost of.
                 * @example 17.5
                 */
                unknown_basis_amount: string;
                /**
                 * @description As far as it is known.
                 * @example 17.5
                 */
                cost_basis_usd: string;
            };
        };
        Queue: {
            /** @example recalculate-balance */
            name: string;
            /** @description Waiting to be delivered. */
            visible: number;
            /** @description Delivered and being handled. */
            in_flight: number;
            delayed: number;
            /** @description Given up after the last delivery. */
            dead_letters: number;
            /** @description Written with a change and not in the queue yet. */
            unsent: number;
            /** @description Since the oldest message that is not handled yet was written; null without one. */
            oldest_age_seconds: number | null;
        };
    };
    responses: {
        /** @description Too many requests at this moment, from all callers together */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "message": "Too Many Requests"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayError"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    healthCheck: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "healthy",
                     *       "database": "up",
                     *       "redis": "up",
                     *       "queue": "up",
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description Service unavailable */
            503: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "healthy",
                     *       "database": "up",
                     *       "redis": "up",
                     *       "queue": "up",
                     *       "version": "0.1.0"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    infoGet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "BagTracker",
                     *       "version": "text",
                     *       "commit": null,
                     *       "chains": [
                     *         {
                     *           "chain_id": 1,
                     *           "name": "text"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Info"];
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    documentsOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
        };
    };
    documentsDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["TooManyRequests"];
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
        };
    };
    documentsRedoc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["TooManyRequests"];
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
        };
    };
    documentsAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                asset: "docs.js" | "redoc.js" | "pages.css" | "favicon-32x32.png" | "swagger-ui.css" | "swagger-ui-bundle.js" | "swagger-ui-bundle.js.LICENSE.txt" | "redoc.standalone.js" | "redoc.standalone.js.LICENSE.txt";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                    "text/css": string;
                    "image/png": string;
                    "text/plain": string;
                };
            };
            /** @description Not modified: what the caller has, by the ETag in `If-None-Match`, is current */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
        };
    };
    authSignUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "ada",
                 *       "password": "correct horse battery staple",
                 *       "email": "ada@example.org"
                 *     }
                 */
                "application/json": {
                    /** @example ada */
                    username: string;
                    /** @example correct horse battery staple */
                    password: string;
                    /**
                     * Format: email
                     * @example ada@example.org
                     */
                    email: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "username": "ada",
                     *       "email": "ada@example.org",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    authLogIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "ada",
                 *       "password": "correct horse battery staple"
                 *     }
                 */
                "application/json": {
                    /** @example ada */
                    username?: string;
                    email?: string;
                    /** @example correct horse battery staple */
                    password: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwYjlmN2MxZSJ9.c2lnbmF0dXJl",
                     *       "token_type": "bearer",
                     *       "expires_in": 1800,
                     *       "refresh_token": "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                     *       "refresh_expires_in": 2592000
                     *     }
                     */
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    authRefresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refresh_token": "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                 *     }
                 */
                "application/json": {
                    /** @example 3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA */
                    refresh_token: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwYjlmN2MxZSJ9.c2lnbmF0dXJl",
                     *       "token_type": "bearer",
                     *       "expires_in": 1800,
                     *       "refresh_token": "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                     *       "refresh_expires_in": 2592000
                     *     }
                     */
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    authLogOut: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    usersGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "username": "ada",
                     *       "email": "ada@example.org",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    usersReplace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "ada",
                 *       "email": "ada@example.org"
                 *     }
                 */
                "application/json": {
                    /** @example ada */
                    username: string;
                    /**
                     * Format: email
                     * @example ada@example.org
                     */
                    email: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "username": "ada",
                     *       "email": "ada@example.org",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    usersDelete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    usersChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "ada",
                 *       "email": "ada@example.org"
                 *     }
                 */
                "application/json": {
                    /** @example ada */
                    username?: string;
                    /**
                     * Format: email
                     * @example ada@example.org
                     */
                    email?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "username": "ada",
                     *       "email": "ada@example.org",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    usersPassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "current_password": "correct horse battery staple",
                 *       "new_password": "wrong horse battery staple"
                 *     }
                 */
                "application/json": {
                    /** @example correct horse battery staple */
                    current_password: string;
                    /** @example wrong horse battery staple */
                    new_password: string;
                };
            };
        };
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Cold storage",
                 *       "addresses": [
                 *         {
                 *           "chain_id": 1,
                 *           "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @example Cold storage */
                    name: string;
                    description?: string | null;
                    addresses?: {
                        /** @example 1 */
                        chain_id: number | string;
                        /** @example 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045 */
                        address: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "Cold storage",
                     *       "description": null,
                     *       "addresses": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "Cold storage",
                     *       "description": null,
                     *       "addresses": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsReplace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Cold storage"
                 *     }
                 */
                "application/json": {
                    /** @example Cold storage */
                    name: string;
                    /** @default null */
                    description?: string | null;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "Cold storage",
                     *       "description": null,
                     *       "addresses": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsDelete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Cold storage"
                 *     }
                 */
                "application/json": {
                    /** @example Cold storage */
                    name?: string;
                    description?: string | null;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "Cold storage",
                     *       "description": null,
                     *       "addresses": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsAddChain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "chain_id": 1,
                 *       "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
                 *     }
                 */
                "application/json": {
                    /** @example 1 */
                    chain_id: number | string;
                    /** @example 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045 */
                    address: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "Cold storage",
                     *       "description": null,
                     *       "addresses": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsRemoveChain: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                wallet_uuid: string;
                chain_id: number | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError or ChainError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError" | "ChainError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsList: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "name": "Cold storage",
                     *           "description": null,
                     *           "addresses": [
                     *             {
                     *               "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *               "chain_id": 1,
                     *               "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
                     *             }
                     *           ],
                     *           "created_at": "2024-03-01T12:00:00.000Z",
                     *           "updated_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Wallet"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsByAddress: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description On this chain only. */
                chain_id?: number | string;
            };
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "name": "Cold storage",
                     *           "description": null,
                     *           "addresses": [
                     *             {
                     *               "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *               "chain_id": 1,
                     *               "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
                     *             }
                     *           ],
                     *           "created_at": "2024-03-01T12:00:00.000Z",
                     *           "updated_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Wallet"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                 *       "chain_id": 1,
                 *       "transaction_type": "BUY",
                 *       "amount": "1.5",
                 *       "price_usd": "2500.50",
                 *       "fee_usd": "4.20",
                 *       "transaction_hash": "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
                 *       "timestamp": "2024-03-01T12:00:00Z",
                 *       "gas_used": 21000,
                 *       "gas_price": "20000000000"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uuid
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    wallet_uuid: string;
                    /** @example 1 */
                    chain_id: number | string;
                    /**
                     * Format: uuid
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    token_uuid?: string;
                    contract_address?: string;
                    /**
                     * @example BUY
                     * @enum {string}
                     */
                    transaction_type: "BUY" | "SELL" | "TRANSFER_IN" | "TRANSFER_OUT" | "FEE";
                    /** @example 1.5 */
                    amount?: string;
                    /** @example 1500000000000000000 */
                    raw_amount?: string;
                    price_usd?: string | null;
                    fee_usd?: string | null;
                    transaction_hash?: string | null;
                    /**
                     * Format: date-time
                     * @example 2024-03-01T12:00:00Z
                     */
                    timestamp: string;
                    block_number?: number | null;
                    gas_used?: (number | string) | null;
                    gas_price?: (number | string) | null;
                    /** @description Of a SELL, FEE or TRANSFER_OUT: the lots to consume first; the rest goes by the method. */
                    lot_selections?: {
                        /**
                         * Format: uuid
                         * @description The acquisition that opened the lot, in the same wallet and token.
                         * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                         */
                        transaction_uuid: string;
                        /**
                         * Format: date-time
                         * @description Which of several lots that one own transfer brought, by its date of acquisition; the oldest first where it is absent.
                         * @example 2024-03-01T12:00:00Z
                         */
                        acquired_at?: string;
                        /** @example 1.5 */
                        amount?: string;
                        /** @example 1500000000000000000 */
                        raw_amount?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_state": "current",
                     *       "chain_id": 1,
                     *       "token": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "symbol": "ETH",
                     *         "name": "Ether",
                     *         "decimals": 18,
                     *         "contract_address": null
                     *       },
                     *       "transaction_type": "BUY",
                     *       "status": "confirmed",
                     *       "amount": "17.5",
                     *       "raw_amount": "1500000000000000000",
                     *       "price_usd": "17.5",
                     *       "price_source": "coingecko",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "value_usd": "17.5",
                     *       "fee_usd": "17.5",
                     *       "transaction_hash": null,
                     *       "timestamp": "2024-03-01T12:00:00.000Z",
                     *       "block_number": 1,
                     *       "gas_used": "1500000000000000000",
                     *       "gas_price": "1500000000000000000",
                     *       "source": "manual",
                     *       "needs_review": true,
                     *       "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError or TokenError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError" | "TokenError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsBulk: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "transactions": [
                 *         {
                 *           "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                 *           "chain_id": 1,
                 *           "transaction_type": "BUY",
                 *           "amount": "1.5",
                 *           "price_usd": "2500.50",
                 *           "timestamp": "2024-03-01T12:00:00Z"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @example [
                     *       {
                     *         "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "chain_id": 1,
                     *         "transaction_type": "BUY",
                     *         "amount": "1.5",
                     *         "price_usd": "2500.50",
                     *         "timestamp": "2024-03-01T12:00:00Z"
                     *       }
                     *     ]
                     */
                    transactions: {
                        /**
                         * Format: uuid
                         * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                         */
                        wallet_uuid: string;
                        /** @example 1 */
                        chain_id: number | string;
                        /**
                         * Format: uuid
                         * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                         */
                        token_uuid?: string;
                        contract_address?: string;
                        /**
                         * @example BUY
                         * @enum {string}
                         */
                        transaction_type: "BUY" | "SELL" | "TRANSFER_IN" | "TRANSFER_OUT" | "FEE";
                        /** @example 1.5 */
                        amount?: string;
                        /** @example 1500000000000000000 */
                        raw_amount?: string;
                        price_usd?: string | null;
                        fee_usd?: string | null;
                        transaction_hash?: string | null;
                        /**
                         * Format: date-time
                         * @example 2024-03-01T12:00:00Z
                         */
                        timestamp: string;
                        block_number?: number | null;
                        gas_used?: (number | string) | null;
                        gas_price?: (number | string) | null;
                    }[];
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "balance_state": "current",
                     *           "chain_id": 1,
                     *           "token": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "symbol": "ETH",
                     *             "name": "Ether",
                     *             "decimals": 18,
                     *             "contract_address": null
                     *           },
                     *           "transaction_type": "BUY",
                     *           "status": "confirmed",
                     *           "amount": "17.5",
                     *           "raw_amount": "1500000000000000000",
                     *           "price_usd": "17.5",
                     *           "price_source": "coingecko",
                     *           "price_at": "2024-03-01T12:00:00.000Z",
                     *           "value_usd": "17.5",
                     *           "fee_usd": "17.5",
                     *           "transaction_hash": null,
                     *           "timestamp": "2024-03-01T12:00:00.000Z",
                     *           "block_number": 1,
                     *           "gas_used": "1500000000000000000",
                     *           "gas_price": "1500000000000000000",
                     *           "source": "manual",
                     *           "needs_review": true,
                     *           "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "created_at": "2024-03-01T12:00:00.000Z",
                     *           "updated_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Transaction"][];
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                transaction_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_state": "current",
                     *       "chain_id": 1,
                     *       "token": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "symbol": "ETH",
                     *         "name": "Ether",
                     *         "decimals": 18,
                     *         "contract_address": null
                     *       },
                     *       "transaction_type": "BUY",
                     *       "status": "confirmed",
                     *       "amount": "17.5",
                     *       "raw_amount": "1500000000000000000",
                     *       "price_usd": "17.5",
                     *       "price_source": "coingecko",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "value_usd": "17.5",
                     *       "fee_usd": "17.5",
                     *       "transaction_hash": null,
                     *       "timestamp": "2024-03-01T12:00:00.000Z",
                     *       "block_number": 1,
                     *       "gas_used": "1500000000000000000",
                     *       "gas_price": "1500000000000000000",
                     *       "source": "manual",
                     *       "needs_review": true,
                     *       "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransactionError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransactionError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsDelete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                transaction_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransactionError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransactionError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                transaction_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "amount": "1.5",
                 *       "price_usd": "2500.50",
                 *       "fee_usd": "2500.50",
                 *       "transaction_hash": "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060",
                 *       "timestamp": "2024-03-01T12:00:00Z",
                 *       "gas_used": 21000,
                 *       "gas_price": 21000
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    transaction_type?: "BUY" | "SELL" | "TRANSFER_IN" | "TRANSFER_OUT" | "FEE";
                    /** @example 1.5 */
                    amount?: string;
                    /** @example 1500000000000000000 */
                    raw_amount?: string;
                    price_usd?: string | null;
                    fee_usd?: string | null;
                    transaction_hash?: string | null;
                    /**
                     * Format: date-time
                     * @example 2024-03-01T12:00:00Z
                     */
                    timestamp?: string;
                    block_number?: number | null;
                    gas_used?: (number | string) | null;
                    gas_price?: (number | string) | null;
                    wallet_uuid?: unknown;
                    chain_id?: unknown;
                    token_uuid?: unknown;
                    contract_address?: unknown;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_state": "current",
                     *       "chain_id": 1,
                     *       "token": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "symbol": "ETH",
                     *         "name": "Ether",
                     *         "decimals": 18,
                     *         "contract_address": null
                     *       },
                     *       "transaction_type": "BUY",
                     *       "status": "confirmed",
                     *       "amount": "17.5",
                     *       "raw_amount": "1500000000000000000",
                     *       "price_usd": "17.5",
                     *       "price_source": "coingecko",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "value_usd": "17.5",
                     *       "fee_usd": "17.5",
                     *       "transaction_hash": null,
                     *       "timestamp": "2024-03-01T12:00:00.000Z",
                     *       "block_number": 1,
                     *       "gas_used": "1500000000000000000",
                     *       "gas_price": "1500000000000000000",
                     *       "source": "manual",
                     *       "needs_review": true,
                     *       "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransactionError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransactionError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsCancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                transaction_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_state": "current",
                     *       "chain_id": 1,
                     *       "token": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "symbol": "ETH",
                     *         "name": "Ether",
                     *         "decimals": 18,
                     *         "contract_address": null
                     *       },
                     *       "transaction_type": "BUY",
                     *       "status": "confirmed",
                     *       "amount": "17.5",
                     *       "raw_amount": "1500000000000000000",
                     *       "price_usd": "17.5",
                     *       "price_source": "coingecko",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "value_usd": "17.5",
                     *       "fee_usd": "17.5",
                     *       "transaction_hash": null,
                     *       "timestamp": "2024-03-01T12:00:00.000Z",
                     *       "block_number": 1,
                     *       "gas_used": "1500000000000000000",
                     *       "gas_price": "1500000000000000000",
                     *       "source": "manual",
                     *       "needs_review": true,
                     *       "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransactionError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransactionError";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsRestore: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                transaction_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_state": "current",
                     *       "chain_id": 1,
                     *       "token": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "symbol": "ETH",
                     *         "name": "Ether",
                     *         "decimals": 18,
                     *         "contract_address": null
                     *       },
                     *       "transaction_type": "BUY",
                     *       "status": "confirmed",
                     *       "amount": "17.5",
                     *       "raw_amount": "1500000000000000000",
                     *       "price_usd": "17.5",
                     *       "price_source": "coingecko",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "value_usd": "17.5",
                     *       "fee_usd": "17.5",
                     *       "transaction_hash": null,
                     *       "timestamp": "2024-03-01T12:00:00.000Z",
                     *       "block_number": 1,
                     *       "gas_used": "1500000000000000000",
                     *       "gas_price": "1500000000000000000",
                     *       "source": "manual",
                     *       "needs_review": true,
                     *       "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransactionError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransactionError";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsList: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description The uuid of a token. */
                token?: string;
                /** @description A chain id, or the name of a chain. */
                chain?: string;
                /** @description One type, or several with commas between: `BUY,TRANSFER_IN`. */
                type?: string;
                status?: "confirmed" | "failed" | "cancelled" | "pending";
                source?: "manual" | "import" | "chain" | "exchange";
                /** @description The uuid of an import. */
                batch?: string;
                /** @description Inclusive. */
                from?: string;
                /** @description Inclusive. */
                to?: string;
            };
            header?: never;
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "balance_state": "current",
                     *           "chain_id": 1,
                     *           "token": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "symbol": "ETH",
                     *             "name": "Ether",
                     *             "decimals": 18,
                     *             "contract_address": null
                     *           },
                     *           "transaction_type": "BUY",
                     *           "status": "confirmed",
                     *           "amount": "17.5",
                     *           "raw_amount": "1500000000000000000",
                     *           "price_usd": "17.5",
                     *           "price_source": "coingecko",
                     *           "price_at": "2024-03-01T12:00:00.000Z",
                     *           "value_usd": "17.5",
                     *           "fee_usd": "17.5",
                     *           "transaction_hash": null,
                     *           "timestamp": "2024-03-01T12:00:00.000Z",
                     *           "block_number": 1,
                     *           "gas_used": "1500000000000000000",
                     *           "gas_price": "1500000000000000000",
                     *           "source": "manual",
                     *           "needs_review": true,
                     *           "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "created_at": "2024-03-01T12:00:00.000Z",
                     *           "updated_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Transaction"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsNamedLots: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                transaction_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_state": "current",
                     *       "lot_selections": [
                     *         {
                     *           "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "acquired_at": "2024-03-01T12:00:00.000Z",
                     *           "amount": "17.5",
                     *           "raw_amount": "1500000000000000000",
                     *           "taken_amount": "17.5"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NamedLots"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransactionError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransactionError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsNameLots: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                transaction_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "lot_selections": [
                 *         {
                 *           "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                 *           "amount": "0.5"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Of a SELL, FEE or TRANSFER_OUT: the lots to consume first; the rest goes by the method.
                     * @example [
                     *       {
                     *         "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "amount": "0.5"
                     *       }
                     *     ]
                     */
                    lot_selections: {
                        /**
                         * Format: uuid
                         * @description The acquisition that opened the lot, in the same wallet and token.
                         * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                         */
                        transaction_uuid: string;
                        /**
                         * Format: date-time
                         * @description Which of several lots that one own transfer brought, by its date of acquisition; the oldest first where it is absent.
                         * @example 2024-03-01T12:00:00Z
                         */
                        acquired_at?: string;
                        /** @example 1.5 */
                        amount?: string;
                        /** @example 1500000000000000000 */
                        raw_amount?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balance_state": "current",
                     *       "lot_selections": [
                     *         {
                     *           "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "acquired_at": "2024-03-01T12:00:00.000Z",
                     *           "amount": "17.5",
                     *           "raw_amount": "1500000000000000000",
                     *           "taken_amount": "17.5"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NamedLots"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransactionError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransactionError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transactionsUnnameLots: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                transaction_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransactionError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransactionError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transfersLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "out": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                 *       "in": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uuid
                     * @description The uuid of a TRANSFER_OUT.
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    out: string;
                    /**
                     * Format: uuid
                     * @description The uuid of a TRANSFER_IN.
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    in: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "out": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "balance_state": "current",
                     *         "chain_id": 1,
                     *         "token": {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "symbol": "ETH",
                     *           "name": "Ether",
                     *           "decimals": 18,
                     *           "contract_address": null
                     *         },
                     *         "transaction_type": "BUY",
                     *         "status": "confirmed",
                     *         "amount": "17.5",
                     *         "raw_amount": "1500000000000000000",
                     *         "price_usd": "17.5",
                     *         "price_source": "coingecko",
                     *         "price_at": "2024-03-01T12:00:00.000Z",
                     *         "value_usd": "17.5",
                     *         "fee_usd": "17.5",
                     *         "transaction_hash": null,
                     *         "timestamp": "2024-03-01T12:00:00.000Z",
                     *         "block_number": 1,
                     *         "gas_used": "1500000000000000000",
                     *         "gas_price": "1500000000000000000",
                     *         "source": "manual",
                     *         "needs_review": true,
                     *         "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "created_at": "2024-03-01T12:00:00.000Z",
                     *         "updated_at": "2024-03-01T12:00:00.000Z"
                     *       },
                     *       "in": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "balance_state": "current",
                     *         "chain_id": 1,
                     *         "token": {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "symbol": "ETH",
                     *           "name": "Ether",
                     *           "decimals": 18,
                     *           "contract_address": null
                     *         },
                     *         "transaction_type": "BUY",
                     *         "status": "confirmed",
                     *         "amount": "17.5",
                     *         "raw_amount": "1500000000000000000",
                     *         "price_usd": "17.5",
                     *         "price_source": "coingecko",
                     *         "price_at": "2024-03-01T12:00:00.000Z",
                     *         "value_usd": "17.5",
                     *         "fee_usd": "17.5",
                     *         "transaction_hash": null,
                     *         "timestamp": "2024-03-01T12:00:00.000Z",
                     *         "block_number": 1,
                     *         "gas_used": "1500000000000000000",
                     *         "gas_price": "1500000000000000000",
                     *         "source": "manual",
                     *         "needs_review": true,
                     *         "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "created_at": "2024-03-01T12:00:00.000Z",
                     *         "updated_at": "2024-03-01T12:00:00.000Z"
                     *       },
                     *       "fee": "17.5",
                     *       "origin": "manual"
                     *     }
                     */
                    "application/json": components["schemas"]["TransferLink"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransactionError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransactionError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transfersUnlink: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                link_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TransferError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TransferError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    transfersSuggestions: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only those from or to this wallet. */
                wallet_uuid?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "out": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "balance_state": "current",
                     *             "chain_id": 1,
                     *             "token": {
                     *               "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *               "symbol": "ETH",
                     *               "name": "Ether",
                     *               "decimals": 18,
                     *               "contract_address": null
                     *             },
                     *             "transaction_type": "BUY",
                     *             "status": "confirmed",
                     *             "amount": "17.5",
                     *             "raw_amount": "1500000000000000000",
                     *             "price_usd": "17.5",
                     *             "price_source": "coingecko",
                     *             "price_at": "2024-03-01T12:00:00.000Z",
                     *             "value_usd": "17.5",
                     *             "fee_usd": "17.5",
                     *             "transaction_hash": null,
                     *             "timestamp": "2024-03-01T12:00:00.000Z",
                     *             "block_number": 1,
                     *             "gas_used": "1500000000000000000",
                     *             "gas_price": "1500000000000000000",
                     *             "source": "manual",
                     *             "needs_review": true,
                     *             "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "created_at": "2024-03-01T12:00:00.000Z",
                     *             "updated_at": "2024-03-01T12:00:00.000Z"
                     *           },
                     *           "in": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "balance_state": "current",
                     *             "chain_id": 1,
                     *             "token": {
                     *               "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *               "symbol": "ETH",
                     *               "name": "Ether",
                     *               "decimals": 18,
                     *               "contract_address": null
                     *             },
                     *             "transaction_type": "BUY",
                     *             "status": "confirmed",
                     *             "amount": "17.5",
                     *             "raw_amount": "1500000000000000000",
                     *             "price_usd": "17.5",
                     *             "price_source": "coingecko",
                     *             "price_at": "2024-03-01T12:00:00.000Z",
                     *             "value_usd": "17.5",
                     *             "fee_usd": "17.5",
                     *             "transaction_hash": null,
                     *             "timestamp": "2024-03-01T12:00:00.000Z",
                     *             "block_number": 1,
                     *             "gas_used": "1500000000000000000",
                     *             "gas_price": "1500000000000000000",
                     *             "source": "manual",
                     *             "needs_review": true,
                     *             "linked_transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "created_at": "2024-03-01T12:00:00.000Z",
                     *             "updated_at": "2024-03-01T12:00:00.000Z"
                     *           },
                     *           "fee": "17.5",
                     *           "score": "17.5"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["TransferSuggestion"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    importsCreate: {
        parameters: {
            query: {
                format: "etherscan";
                chain_id: number | string;
                dry_run?: "true" | "false";
            };
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "address": "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045",
                 *       "files": [
                 *         {
                 *           "name": "export-0xd8da6bf2.csv",
                 *           "content": "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"From\",\"To\",\"Value_IN(ETH)\",\"Value_OUT(ETH)\",\"TxnFee(ETH)\",\"Historical $Price/Eth\",\"Status\"\n\"0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060\",\"19338000\",\"1709294400\",\"0x00000000219ab540356cBB839Cbe05303d7705Fa\",\"0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045\",\"1\",\"0\",\"0.00042\",\"3400.25\",\"\"\n"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @example 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045 */
                    address: string;
                    files: {
                        /** @example export-0xd8da6bf2.csv */
                        name: string;
                        /**
                         * @example "Transaction Hash","Blockno","UnixTimestamp","From","To","Value_IN(ETH)","Value_OUT(ETH)","TxnFee(ETH)","Historical $Price/Eth","Status"
                         *     "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060","19338000","1709294400","0x00000000219ab540356cBB839Cbe05303d7705Fa","0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045","1","0","0.00042","3400.25",""
                         */
                        content: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "batch_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "dry_run": true,
                     *       "files": [
                     *         {
                     *           "name": "text",
                     *           "kind": "transactions",
                     *           "rows": 1,
                     *           "imported": 1,
                     *           "duplicates": 1,
                     *           "skipped": [
                     *             {
                     *               "line": 1,
                     *               "reason": "text"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "balances": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "token": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "symbol": "ETH",
                     *             "name": "Ether",
                     *             "decimals": 18,
                     *             "contract_address": null
                     *           },
                     *           "amount": "17.5",
                     *           "raw_amount": "1500000000000000000",
                     *           "avg_buy_price_usd": "17.5",
                     *           "avg_sell_price_usd": "17.5",
                     *           "total_buy_value_usd": "17.5",
                     *           "total_sell_value_usd": "17.5",
                     *           "cost_basis_usd": "17.5",
                     *           "realized_pnl_usd": "17.5",
                     *           "realized_pnl_usd_min": "17.5",
                     *           "realized_pnl_usd_max": "17.5",
                     *           "price_usd": "17.5",
                     *           "price_source": "coingecko",
                     *           "price_at": "2024-03-01T12:00:00.000Z",
                     *           "price_state": "manual",
                     *           "value_usd": "17.5",
                     *           "unrealized_pnl_usd": "17.5",
                     *           "fees_usd": "17.5",
                     *           "basis_complete": true,
                     *           "shortfall": "17.5",
                     *           "state": "current",
                     *           "change_24h_usd": "17.5",
                     *           "change_24h_percent": "17.5",
                     *           "all_time_high_usd": "17.5",
                     *           "all_time_high_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description Null for a dry run, which leaves nothing behind. */
                        batch_uuid: string | null;
                        dry_run: boolean;
                        files: components["schemas"]["ImportedFile"][];
                        balances: components["schemas"]["Balance"][];
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    importsGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                batch_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "format": "text",
                     *       "address": "text",
                     *       "files": [
                     *         {
                     *           "name": "text",
                     *           "kind": "transactions",
                     *           "rows": 1,
                     *           "imported": 1,
                     *           "duplicates": 1,
                     *           "skipped": [
                     *             {
                     *               "line": 1,
                     *               "reason": "text"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "transactions": 1,
                     *       "created_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description ImportError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ImportError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    importsUndo: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                batch_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description ImportError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ImportError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    balancesList: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                dust?: "true" | "false";
            };
            header?: never;
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "token": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "symbol": "ETH",
                     *             "name": "Ether",
                     *             "decimals": 18,
                     *             "contract_address": null
                     *           },
                     *           "amount": "17.5",
                     *           "raw_amount": "1500000000000000000",
                     *           "avg_buy_price_usd": "17.5",
                     *           "avg_sell_price_usd": "17.5",
                     *           "total_buy_value_usd": "17.5",
                     *           "total_sell_value_usd": "17.5",
                     *           "cost_basis_usd": "17.5",
                     *           "realized_pnl_usd": "17.5",
                     *           "realized_pnl_usd_min": "17.5",
                     *           "realized_pnl_usd_max": "17.5",
                     *           "price_usd": "17.5",
                     *           "price_source": "coingecko",
                     *           "price_at": "2024-03-01T12:00:00.000Z",
                     *           "price_state": "manual",
                     *           "value_usd": "17.5",
                     *           "unrealized_pnl_usd": "17.5",
                     *           "fees_usd": "17.5",
                     *           "basis_complete": true,
                     *           "shortfall": "17.5",
                     *           "state": "current",
                     *           "change_24h_usd": "17.5",
                     *           "change_24h_percent": "17.5",
                     *           "all_time_high_usd": "17.5",
                     *           "all_time_high_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Balance"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    balancesByToken: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                dust?: "true" | "false";
                spam?: "true" | "false";
            };
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "token": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "symbol": "ETH",
                     *             "name": "Ether",
                     *             "decimals": 18,
                     *             "contract_address": null
                     *           },
                     *           "chain_id": 1,
                     *           "is_verified": true,
                     *           "is_spam": true,
                     *           "wallets": 1,
                     *           "amount": "17.5",
                     *           "cost_basis_usd": "17.5",
                     *           "realized_pnl_usd": "17.5",
                     *           "realized_pnl_usd_min": "17.5",
                     *           "realized_pnl_usd_max": "17.5",
                     *           "price_usd": "17.5",
                     *           "price_source": "coingecko",
                     *           "price_at": "2024-03-01T12:00:00.000Z",
                     *           "price_state": "manual",
                     *           "value_usd": "17.5",
                     *           "unrealized_pnl_usd": "17.5",
                     *           "fees_usd": "17.5",
                     *           "basis_complete": true,
                     *           "shortfall": "17.5",
                     *           "state": "current"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "total": {
                     *         "value_usd": "17.5",
                     *         "cost_basis_usd": "17.5",
                     *         "unrealized_pnl_usd": "17.5",
                     *         "unrealized_pnl_usd_min": "17.5",
                     *         "unrealized_pnl_usd_max": "17.5",
                     *         "realized_pnl_usd": "17.5",
                     *         "realized_pnl_usd_min": "17.5",
                     *         "realized_pnl_usd_max": "17.5",
                     *         "fees_usd": "17.5",
                     *         "unpriced_tokens": 1,
                     *         "unpriced_cost_basis_usd": "17.5",
                     *         "unverified_tokens": 1,
                     *         "unverified_value_usd": "17.5",
                     *         "stale_tokens": 1,
                     *         "disputed_tokens": 1,
                     *         "disputed_value_usd": "17.5",
                     *         "spam_tokens": 1,
                     *         "basis_complete": true,
                     *         "state": "current"
                     *       }
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Holding"][];
                        next_cursor: string | null;
                        total: components["schemas"]["Totals"];
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    balancesGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                balance_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "token": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "symbol": "ETH",
                     *         "name": "Ether",
                     *         "decimals": 18,
                     *         "contract_address": null
                     *       },
                     *       "amount": "17.5",
                     *       "raw_amount": "1500000000000000000",
                     *       "avg_buy_price_usd": "17.5",
                     *       "avg_sell_price_usd": "17.5",
                     *       "total_buy_value_usd": "17.5",
                     *       "total_sell_value_usd": "17.5",
                     *       "cost_basis_usd": "17.5",
                     *       "realized_pnl_usd": "17.5",
                     *       "realized_pnl_usd_min": "17.5",
                     *       "realized_pnl_usd_max": "17.5",
                     *       "price_usd": "17.5",
                     *       "price_source": "coingecko",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "price_state": "manual",
                     *       "value_usd": "17.5",
                     *       "unrealized_pnl_usd": "17.5",
                     *       "fees_usd": "17.5",
                     *       "basis_complete": true,
                     *       "shortfall": "17.5",
                     *       "state": "current",
                     *       "change_24h_usd": "17.5",
                     *       "change_24h_percent": "17.5",
                     *       "all_time_high_usd": "17.5",
                     *       "all_time_high_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Balance"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description BalanceError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BalanceError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    balancesLots: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                open?: "true" | "false";
            };
            header?: never;
            path: {
                balance_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "acquired_at": "2024-03-01T12:00:00.000Z",
                     *           "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "amount": "17.5",
                     *           "remaining_amount": "17.5",
                     *           "unit_cost_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "remaining_cost_usd": "17.5",
                     *           "basis_known": true
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Lot"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description BalanceError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BalanceError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    balancesMatches: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                balance_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "lot_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "kind": "SELL",
                     *           "method": "FIFO",
                     *           "amount": "17.5",
                     *           "cost_usd": "17.5",
                     *           "proceeds_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "acquired_at": "2024-03-01T12:00:00.000Z",
                     *           "disposed_at": "2024-03-01T12:00:00.000Z",
                     *           "term": "short"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Match"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description BalanceError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BalanceError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    balancesHistory: {
        parameters: {
            query?: {
                /** @description Inclusive; 30 days before `to` unless given. */
                from?: string;
                /** @description Inclusive; now unless given. */
                to?: string;
                /** @description Instead of `from` and `to`: the one last point that is not after this moment. */
                as_of?: string;
                /** @description Whether gaps show the last known point before them, at most a thousand intervals old. */
                fill?: "none" | "previous";
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description By `transaction` the points are the times of its transactions. */
                interval?: "hour" | "day" | "week" | "month" | "transaction";
            };
            header?: never;
            path: {
                balance_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "at": "2024-03-01T12:00:00.000Z",
                     *           "value_usd": "17.5",
                     *           "cost_basis_usd": "17.5",
                     *           "realized_pnl_usd": "17.5",
                     *           "unrealized_pnl_usd": "17.5",
                     *           "complete": true,
                     *           "realized_complete": true,
                     *           "carried": true,
                     *           "filled": true,
                     *           "recomputed_at": "2024-03-01T12:00:00.000Z",
                     *           "amount": "17.5",
                     *           "price_usd": "17.5",
                     *           "price_source": "coingecko",
                     *           "price_at": "2024-03-01T12:00:00.000Z",
                     *           "price_state": "manual"
                     *         }
                     *       ],
                     *       "next_cursor": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["BalanceHistoryPoint"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description BalanceError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BalanceError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    walletsHistory: {
        parameters: {
            query?: {
                /** @description Inclusive; 30 days before `to` unless given. */
                from?: string;
                /** @description Inclusive; now unless given. */
                to?: string;
                /** @description Instead of `from` and `to`: the one last point that is not after this moment. */
                as_of?: string;
                /** @description Whether gaps show the last known point before them, at most a thousand intervals old. */
                fill?: "none" | "previous";
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                interval?: "hour" | "day" | "week" | "month";
            };
            header?: never;
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "at": "2024-03-01T12:00:00.000Z",
                     *           "value_usd": "17.5",
                     *           "cost_basis_usd": "17.5",
                     *           "realized_pnl_usd": "17.5",
                     *           "unrealized_pnl_usd": "17.5",
                     *           "complete": true,
                     *           "realized_complete": true,
                     *           "carried": true,
                     *           "filled": true,
                     *           "recomputed_at": "2024-03-01T12:00:00.000Z",
                     *           "unpriced": 1,
                     *           "stale": 1,
                     *           "disputed": 1
                     *         }
                     *       ],
                     *       "next_cursor": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["HistoryPoint"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosHistory: {
        parameters: {
            query?: {
                /** @description Inclusive; 30 days before `to` unless given. */
                from?: string;
                /** @description Inclusive; now unless given. */
                to?: string;
                /** @description Instead of `from` and `to`: the one last point that is not after this moment. */
                as_of?: string;
                /** @description Whether gaps show the last known point before them, at most a thousand intervals old. */
                fill?: "none" | "previous";
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                interval?: "hour" | "day" | "week" | "month";
            };
            header?: never;
            path: {
                portfolio_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "at": "2024-03-01T12:00:00.000Z",
                     *           "value_usd": "17.5",
                     *           "cost_basis_usd": "17.5",
                     *           "realized_pnl_usd": "17.5",
                     *           "unrealized_pnl_usd": "17.5",
                     *           "complete": true,
                     *           "realized_complete": true,
                     *           "carried": true,
                     *           "filled": true,
                     *           "recomputed_at": "2024-03-01T12:00:00.000Z",
                     *           "unpriced": 1,
                     *           "stale": 1,
                     *           "disputed": 1
                     *         }
                     *       ],
                     *       "next_cursor": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["HistoryPoint"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    usersHistory: {
        parameters: {
            query?: {
                /** @description Inclusive; 30 days before `to` unless given. */
                from?: string;
                /** @description Inclusive; now unless given. */
                to?: string;
                /** @description Instead of `from` and `to`: the one last point that is not after this moment. */
                as_of?: string;
                /** @description Whether gaps show the last known point before them, at most a thousand intervals old. */
                fill?: "none" | "previous";
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                interval?: "hour" | "day" | "week" | "month";
            };
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "at": "2024-03-01T12:00:00.000Z",
                     *           "value_usd": "17.5",
                     *           "cost_basis_usd": "17.5",
                     *           "realized_pnl_usd": "17.5",
                     *           "unrealized_pnl_usd": "17.5",
                     *           "complete": true,
                     *           "realized_complete": true,
                     *           "carried": true,
                     *           "filled": true,
                     *           "recomputed_at": "2024-03-01T12:00:00.000Z",
                     *           "unpriced": 1,
                     *           "stale": 1,
                     *           "disputed": 1
                     *         }
                     *       ],
                     *       "next_cursor": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["HistoryPoint"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    auditList: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only what touched this wallet. */
                wallet?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "at": "2024-03-01T12:00:00.000Z",
                     *           "actor": {
                     *             "kind": "user",
                     *             "username": null
                     *           },
                     *           "action": "found",
                     *           "subject": "transaction",
                     *           "subject_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "before": {
                     *             "transaction_type": "BUY",
                     *             "amount": "1.5",
                     *             "price_usd": "2500.5"
                     *           },
                     *           "after": {
                     *             "transaction_type": "BUY",
                     *             "amount": "1.5",
                     *             "price_usd": "2500.5"
                     *           },
                     *           "wallet_uuids": [
                     *             "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *           ],
                     *           "balance_uuids": [
                     *             "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *           ],
                     *           "hash": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                     *           "previous_hash": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    chainsList: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "short_name": "text",
                     *           "name": "text",
                     *           "kind": "evm",
                     *           "explorer_url": "text",
                     *           "explorer_tx_path": "text",
                     *           "explorer_address_path": "text",
                     *           "finality_tag": null,
                     *           "finality_confirmations": 1,
                     *           "finality_unit": "text",
                     *           "block_time_ms": 1,
                     *           "coingecko_platform": null,
                     *           "defillama_id": null,
                     *           "is_active": true,
                     *           "created_at": "2024-03-01T12:00:00.000Z",
                     *           "updated_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Chain"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    chainsCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "chain_id": 8453,
                 *       "kind": "evm",
                 *       "short_name": "base",
                 *       "name": "Base",
                 *       "explorer_url": "https://basescan.org",
                 *       "explorer_tx_path": "/tx/",
                 *       "explorer_address_path": "/address/",
                 *       "finality_confirmations": 64,
                 *       "finality_unit": "block",
                 *       "block_time_ms": 2000,
                 *       "coingecko_platform": "ethereum",
                 *       "defillama_id": "ethereum"
                 *     }
                 */
                "application/json": {
                    /** @example 8453 */
                    chain_id: number | string;
                    /** @enum {string} */
                    kind: "evm" | "tron" | "solana" | "stacks";
                    /** @example base */
                    short_name: string;
                    /** @example Base */
                    name: string;
                    /**
                     * Format: uri
                     * @example https://basescan.org
                     */
                    explorer_url: string;
                    /** @example /tx/ */
                    explorer_tx_path: string;
                    /** @example /address/ */
                    explorer_address_path: string;
                    /** @default null */
                    finality_tag?: "finalized" | null;
                    /** @example 64 */
                    finality_confirmations: number;
                    /** @enum {string} */
                    finality_unit: "block" | "slot" | "bitcoin_block";
                    /** @example 2000 */
                    block_time_ms: number;
                    /**
                     * @default null
                     * @example ethereum
                     */
                    coingecko_platform?: string | null;
                    /**
                     * @default null
                     * @example ethereum
                     */
                    defillama_id?: string | null;
                    /** @default true */
                    is_active?: boolean;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "short_name": "text",
                     *       "name": "text",
                     *       "kind": "evm",
                     *       "explorer_url": "text",
                     *       "explorer_tx_path": "text",
                     *       "explorer_address_path": "text",
                     *       "finality_tag": null,
                     *       "finality_confirmations": 1,
                     *       "finality_unit": "text",
                     *       "block_time_ms": 1,
                     *       "coingecko_platform": null,
                     *       "defillama_id": null,
                     *       "is_active": true,
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Chain"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    chainsGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The chain id or the short name. */
                chain_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "short_name": "text",
                     *       "name": "text",
                     *       "kind": "evm",
                     *       "explorer_url": "text",
                     *       "explorer_tx_path": "text",
                     *       "explorer_address_path": "text",
                     *       "finality_tag": null,
                     *       "finality_confirmations": 1,
                     *       "finality_unit": "text",
                     *       "block_time_ms": 1,
                     *       "coingecko_platform": null,
                     *       "defillama_id": null,
                     *       "is_active": true,
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Chain"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description ChainError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ChainError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    chainsReplace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description The chain id or the short name. */
                chain_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "short_name": "base",
                 *       "name": "Base",
                 *       "explorer_url": "https://basescan.org",
                 *       "explorer_tx_path": "/tx/",
                 *       "explorer_address_path": "/address/",
                 *       "finality_confirmations": 64,
                 *       "finality_unit": "block",
                 *       "block_time_ms": 2000,
                 *       "coingecko_platform": "ethereum",
                 *       "defillama_id": "ethereum"
                 *     }
                 */
                "application/json": {
                    /** @example base */
                    short_name: string;
                    /** @example Base */
                    name: string;
                    /**
                     * Format: uri
                     * @example https://basescan.org
                     */
                    explorer_url: string;
                    /** @example /tx/ */
                    explorer_tx_path: string;
                    /** @example /address/ */
                    explorer_address_path: string;
                    /** @default null */
                    finality_tag?: "finalized" | null;
                    /** @example 64 */
                    finality_confirmations: number;
                    /** @enum {string} */
                    finality_unit: "block" | "slot" | "bitcoin_block";
                    /** @example 2000 */
                    block_time_ms: number;
                    /**
                     * @default null
                     * @example ethereum
                     */
                    coingecko_platform?: string | null;
                    /**
                     * @default null
                     * @example ethereum
                     */
                    defillama_id?: string | null;
                    /** @default true */
                    is_active?: boolean;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "short_name": "text",
                     *       "name": "text",
                     *       "kind": "evm",
                     *       "explorer_url": "text",
                     *       "explorer_tx_path": "text",
                     *       "explorer_address_path": "text",
                     *       "finality_tag": null,
                     *       "finality_confirmations": 1,
                     *       "finality_unit": "text",
                     *       "block_time_ms": 1,
                     *       "coingecko_platform": null,
                     *       "defillama_id": null,
                     *       "is_active": true,
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Chain"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description ChainError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ChainError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    chainsDelete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description The chain id or the short name. */
                chain_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description ChainError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ChainError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    chainsChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description The chain id or the short name. */
                chain_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "short_name": "base",
                 *       "name": "Base",
                 *       "explorer_url": "https://basescan.org",
                 *       "explorer_tx_path": "/tx/",
                 *       "explorer_address_path": "/address/",
                 *       "finality_confirmations": 64,
                 *       "block_time_ms": 2000,
                 *       "coingecko_platform": "ethereum",
                 *       "defillama_id": "ethereum"
                 *     }
                 */
                "application/json": {
                    /** @example base */
                    short_name?: string;
                    /** @example Base */
                    name?: string;
                    /**
                     * Format: uri
                     * @example https://basescan.org
                     */
                    explorer_url?: string;
                    /** @example /tx/ */
                    explorer_tx_path?: string;
                    /** @example /address/ */
                    explorer_address_path?: string;
                    finality_tag?: "finalized" | null;
                    /** @example 64 */
                    finality_confirmations?: number;
                    /** @enum {string} */
                    finality_unit?: "block" | "slot" | "bitcoin_block";
                    /** @example 2000 */
                    block_time_ms?: number;
                    /** @example ethereum */
                    coingecko_platform?: string | null;
                    /** @example ethereum */
                    defillama_id?: string | null;
                    is_active?: boolean;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "short_name": "text",
                     *       "name": "text",
                     *       "kind": "evm",
                     *       "explorer_url": "text",
                     *       "explorer_tx_path": "text",
                     *       "explorer_address_path": "text",
                     *       "finality_tag": null,
                     *       "finality_confirmations": 1,
                     *       "finality_unit": "text",
                     *       "block_time_ms": 1,
                     *       "coingecko_platform": null,
                     *       "defillama_id": null,
                     *       "is_active": true,
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Chain"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description ChainError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ChainError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    tokensList: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description What the symbol begins with, in any case. */
                symbol?: string;
                /** @description A part of the name, in any case. */
                name?: string;
                /** @description Of the contract, as the chain or any chain writes it. */
                address?: string;
                chain_id?: number | string;
                verified?: "true" | "false";
                /** @description Whether tokens that are marked as spam are found too. */
                spam?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "contract_address": null,
                     *           "symbol": "text",
                     *           "name": "text",
                     *           "decimals": 1,
                     *           "kind": "native",
                     *           "is_verified": true,
                     *           "is_spam": true,
                     *           "coingecko_id": null,
                     *           "current_price_usd": "17.5",
                     *           "price_at": "2024-03-01T12:00:00.000Z",
                     *           "price_source": null,
                     *           "price_state": "current",
                     *           "market_cap_usd": "17.5",
                     *           "volume_24h_usd": "17.5",
                     *           "price_change_24h_percent": "17.5",
                     *           "created_at": "2024-03-01T12:00:00.000Z",
                     *           "updated_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["TokenDetails"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    tokensCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "chain_id": 1,
                 *       "contract_address": "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
                 *       "decimals": 6,
                 *       "symbol": "USDC",
                 *       "name": "USD Coin",
                 *       "coingecko_id": "usd-coin"
                 *     }
                 */
                "application/json": {
                    /** @example 1 */
                    chain_id: number | string;
                    contract_address?: string | null;
                    /** @example 6 */
                    decimals: number;
                    /** @example USDC */
                    symbol: string;
                    /** @example USD Coin */
                    name: string;
                    /**
                     * @default other
                     * @enum {string}
                     */
                    kind?: "native" | "wrapped_native" | "stablecoin" | "other";
                    /** @default false */
                    is_verified?: boolean;
                    /** @default false */
                    is_spam?: boolean;
                    /**
                     * @default null
                     * @example usd-coin
                     */
                    coingecko_id?: string | null;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "contract_address": null,
                     *       "symbol": "text",
                     *       "name": "text",
                     *       "decimals": 1,
                     *       "kind": "native",
                     *       "is_verified": true,
                     *       "is_spam": true,
                     *       "coingecko_id": null,
                     *       "current_price_usd": "17.5",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "price_source": null,
                     *       "price_state": "current",
                     *       "market_cap_usd": "17.5",
                     *       "volume_24h_usd": "17.5",
                     *       "price_change_24h_percent": "17.5",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenDetails"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    tokensGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "contract_address": null,
                     *       "symbol": "text",
                     *       "name": "text",
                     *       "decimals": 1,
                     *       "kind": "native",
                     *       "is_verified": true,
                     *       "is_spam": true,
                     *       "coingecko_id": null,
                     *       "current_price_usd": "17.5",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "price_source": null,
                     *       "price_state": "current",
                     *       "market_cap_usd": "17.5",
                     *       "volume_24h_usd": "17.5",
                     *       "price_change_24h_percent": "17.5",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenDetails"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TokenError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TokenError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    tokensReplace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "symbol": "USDC",
                 *       "name": "USD Coin",
                 *       "coingecko_id": "usd-coin"
                 *     }
                 */
                "application/json": {
                    /** @example USDC */
                    symbol: string;
                    /** @example USD Coin */
                    name: string;
                    /**
                     * @default other
                     * @enum {string}
                     */
                    kind?: "native" | "wrapped_native" | "stablecoin" | "other";
                    /** @default false */
                    is_verified?: boolean;
                    /** @default false */
                    is_spam?: boolean;
                    /**
                     * @default null
                     * @example usd-coin
                     */
                    coingecko_id?: string | null;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "contract_address": null,
                     *       "symbol": "text",
                     *       "name": "text",
                     *       "decimals": 1,
                     *       "kind": "native",
                     *       "is_verified": true,
                     *       "is_spam": true,
                     *       "coingecko_id": null,
                     *       "current_price_usd": "17.5",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "price_source": null,
                     *       "price_state": "current",
                     *       "market_cap_usd": "17.5",
                     *       "volume_24h_usd": "17.5",
                     *       "price_change_24h_percent": "17.5",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenDetails"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description TokenError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TokenError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    tokensDelete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description TokenError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TokenError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    tokensChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "symbol": "USDC",
                 *       "name": "USD Coin",
                 *       "coingecko_id": "usd-coin"
                 *     }
                 */
                "application/json": {
                    /** @example USDC */
                    symbol?: string;
                    /** @example USD Coin */
                    name?: string;
                    /** @enum {string} */
                    kind?: "native" | "wrapped_native" | "stablecoin" | "other";
                    is_verified?: boolean;
                    is_spam?: boolean;
                    /** @example usd-coin */
                    coingecko_id?: string | null;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "contract_address": null,
                     *       "symbol": "text",
                     *       "name": "text",
                     *       "decimals": 1,
                     *       "kind": "native",
                     *       "is_verified": true,
                     *       "is_spam": true,
                     *       "coingecko_id": null,
                     *       "current_price_usd": "17.5",
                     *       "price_at": "2024-03-01T12:00:00.000Z",
                     *       "price_source": null,
                     *       "price_state": "current",
                     *       "market_cap_usd": "17.5",
                     *       "volume_24h_usd": "17.5",
                     *       "price_change_24h_percent": "17.5",
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenDetails"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description TokenError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TokenError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    tokensDecimals: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "decimals": 6
                 *     }
                 */
                "application/json": {
                    /** @example 6 */
                    decimals: number;
                };
            };
        };
        responses: {
            /** @description Accepted: the work goes on after the answer */
            202: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "decimals": 1,
                     *       "transactions": 1,
                     *       "balances": 1,
                     *       "state": "recalculating"
                     *     }
                     */
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                         */
                        token_uuid: string;
                        decimals: number;
                        transactions: number;
                        balances: number;
                        /** @constant */
                        state: "recalculating";
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description TokenError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TokenError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    rpcsList: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                chain_id?: number | string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "chain_id": 1,
                     *           "url": "text",
                     *           "priority": 1,
                     *           "is_active": true,
                     *           "created_at": "2024-03-01T12:00:00.000Z",
                     *           "updated_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Rpc"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    rpcsCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "chain_id": 1,
                 *       "url": "https://ethereum-rpc.publicnode.com/"
                 *     }
                 */
                "application/json": {
                    /** @example 1 */
                    chain_id: number | string;
                    /**
                     * @description https on port 443, without credentials, to a public host.
                     * @example https://ethereum-rpc.publicnode.com/
                     */
                    url: string;
                    /**
                     * @description The lowest is asked first.
                     * @default 0
                     */
                    priority?: number;
                    /** @default true */
                    is_active?: boolean;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "url": "text",
                     *       "priority": 1,
                     *       "is_active": true,
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Rpc"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    rpcsGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                rpc_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "url": "text",
                     *       "priority": 1,
                     *       "is_active": true,
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Rpc"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description RpcError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RpcError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    rpcsReplace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                rpc_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://ethereum-rpc.publicnode.com/"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description https on port 443, without credentials, to a public host.
                     * @example https://ethereum-rpc.publicnode.com/
                     */
                    url: string;
                    /**
                     * @description The lowest is asked first.
                     * @default 0
                     */
                    priority?: number;
                    /** @default true */
                    is_active?: boolean;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "url": "text",
                     *       "priority": 1,
                     *       "is_active": true,
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Rpc"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description RpcError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RpcError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    rpcsDelete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                rpc_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description RpcError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RpcError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    rpcsChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                rpc_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://ethereum-rpc.publicnode.com/"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description https on port 443, without credentials, to a public host.
                     * @example https://ethereum-rpc.publicnode.com/
                     */
                    url?: string;
                    /** @description The lowest is asked first. */
                    priority?: number;
                    is_active?: boolean;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "chain_id": 1,
                     *       "url": "text",
                     *       "priority": 1,
                     *       "is_active": true,
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Rpc"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description RpcError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RpcError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    userManagementList: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
                /** @description A part of the username or of the e-mail address, in any case. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "username": "text",
                     *           "email": "text",
                     *           "created_at": "2024-03-01T12:00:00.000Z",
                     *           "is_deleted": true,
                     *           "deleted_at": "2024-03-01T12:00:00.000Z",
                     *           "wallets": 1
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["ManagedUser"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    userManagementDelete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                user_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    balancesRecalculate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: the work goes on after the answer */
            202: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "balances": 1,
                     *       "state": "recalculating"
                     *     }
                     */
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                         */
                        wallet_uuid: string;
                        balances: number;
                        /** @constant */
                        state: "recalculating";
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Retirement",
                 *       "cost_basis_method": "FIFO",
                 *       "wallet_uuids": []
                 *     }
                 */
                "application/json": {
                    /** @example Retirement */
                    name: string;
                    /** @default null */
                    description?: string | null;
                    /**
                     * @description What chooses the lots that a disposal consumes: the oldest (FIFO), the youngest (LIFO), the dearest (HIFO), the cheapest (LOFO), or the average of all (AVERAGE); for all years, or by tax year.
                     * @default FIFO
                     * @example FIFO
                     */
                    cost_basis_method?: ("FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE") | ({
                        /** @enum {string} */
                        default: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
                    } & {
                        [key: string]: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
                    });
                    /**
                     * @default []
                     * @example []
                     */
                    wallet_uuids?: string[];
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "text",
                     *       "description": null,
                     *       "cost_basis_method": "FIFO",
                     *       "wallets": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "name": "text"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Portfolio"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                portfolio_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "text",
                     *       "description": null,
                     *       "cost_basis_method": "FIFO",
                     *       "wallets": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "name": "text"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Portfolio"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosReplace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                portfolio_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Retirement",
                 *       "cost_basis_method": "FIFO"
                 *     }
                 */
                "application/json": {
                    /** @example Retirement */
                    name: string;
                    /** @default null */
                    description?: string | null;
                    /**
                     * @description What chooses the lots that a disposal consumes: the oldest (FIFO), the youngest (LIFO), the dearest (HIFO), the cheapest (LOFO), or the average of all (AVERAGE); for all years, or by tax year.
                     * @default FIFO
                     * @example FIFO
                     */
                    cost_basis_method?: ("FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE") | ({
                        /** @enum {string} */
                        default: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
                    } & {
                        [key: string]: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
                    });
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "text",
                     *       "description": null,
                     *       "cost_basis_method": "FIFO",
                     *       "wallets": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "name": "text"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Portfolio"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosDelete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                portfolio_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                portfolio_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Retirement",
                 *       "cost_basis_method": "FIFO"
                 *     }
                 */
                "application/json": {
                    /** @example Retirement */
                    name?: string;
                    description?: string | null;
                    /**
                     * @description What chooses the lots that a disposal consumes: the oldest (FIFO), the youngest (LIFO), the dearest (HIFO), the cheapest (LOFO), or the average of all (AVERAGE); for all years, or by tax year.
                     * @example FIFO
                     */
                    cost_basis_method?: ("FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE") | ({
                        /** @enum {string} */
                        default: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
                    } & {
                        [key: string]: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
                    });
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "text",
                     *       "description": null,
                     *       "cost_basis_method": "FIFO",
                     *       "wallets": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "name": "text"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Portfolio"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosList: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "name": "text",
                     *           "description": null,
                     *           "cost_basis_method": "FIFO",
                     *           "wallets": [
                     *             {
                     *               "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *               "name": "text"
                     *             }
                     *           ],
                     *           "created_at": "2024-03-01T12:00:00.000Z",
                     *           "updated_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Portfolio"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description UserError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UserError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosAddWallet: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                portfolio_uuid: string;
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "name": "text",
                     *       "description": null,
                     *       "cost_basis_method": "FIFO",
                     *       "wallets": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "name": "text"
                     *         }
                     *       ],
                     *       "created_at": "2024-03-01T12:00:00.000Z",
                     *       "updated_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Portfolio"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError or WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError" | "WalletError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosRemoveWallet: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                portfolio_uuid: string;
                wallet_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError or WalletError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError" | "WalletError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosSummary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                portfolio_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "portfolio_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "value_usd": "17.5",
                     *       "cost_basis_usd": "17.5",
                     *       "unrealized_pnl_usd": "17.5",
                     *       "unrealized_pnl_usd_min": "17.5",
                     *       "unrealized_pnl_usd_max": "17.5",
                     *       "realized_pnl_usd": "17.5",
                     *       "realized_pnl_usd_min": "17.5",
                     *       "realized_pnl_usd_max": "17.5",
                     *       "fees_usd": "17.5",
                     *       "unpriced_tokens": 1,
                     *       "unpriced_cost_basis_usd": "17.5",
                     *       "unverified_tokens": 1,
                     *       "unverified_value_usd": "17.5",
                     *       "stale_tokens": 1,
                     *       "disputed_tokens": 1,
                     *       "disputed_value_usd": "17.5",
                     *       "spam_tokens": 1,
                     *       "basis_complete": true,
                     *       "state": "current",
                     *       "change_24h_usd": "17.5",
                     *       "change_24h_percent": "17.5",
                     *       "change_24h_complete": true,
                     *       "allocation": {
                     *         "by_token": [
                     *           {
                     *             "token": {
                     *               "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *               "symbol": "ETH",
                     *               "name": "Ether",
                     *               "decimals": 18,
                     *               "contract_address": null
                     *             },
                     *             "chain_id": 1,
                     *             "amount": "17.5",
                     *             "price_usd": "17.5",
                     *             "price_source": "coingecko",
                     *             "price_at": "2024-03-01T12:00:00.000Z",
                     *             "price_state": "manual",
                     *             "value_usd": "17.5",
                     *             "share": "0.333333"
                     *           }
                     *         ],
                     *         "by_chain": [
                     *           {
                     *             "chain_id": 1,
                     *             "value_usd": "17.5",
                     *             "share": "0.333333"
                     *           }
                     *         ]
                     *       },
                     *       "unpriced": [
                     *         {
                     *           "token": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "symbol": "ETH",
                     *             "name": "Ether",
                     *             "decimals": 18,
                     *             "contract_address": null
                     *           },
                     *           "chain_id": 1,
                     *           "amount": "17.5",
                     *           "cost_basis_usd": "17.5"
                     *         }
                     *       ],
                     *       "unverified": [
                     *         {
                     *           "token": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "symbol": "ETH",
                     *             "name": "Ether",
                     *             "decimals": 18,
                     *             "contract_address": null
                     *           },
                     *           "chain_id": 1,
                     *           "amount": "17.5",
                     *           "price_usd": "17.5",
                     *           "price_source": "coingecko",
                     *           "price_at": "2024-03-01T12:00:00.000Z",
                     *           "price_state": "manual",
                     *           "value_usd": "17.5"
                     *         }
                     *       ],
                     *       "disputed": [
                     *         {
                     *           "token": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "symbol": "ETH",
                     *             "name": "Ether",
                     *             "decimals": 18,
                     *             "contract_address": null
                     *           },
                     *           "chain_id": 1,
                     *           "amount": "17.5",
                     *           "price_usd": "17.5",
                     *           "price_source": "coingecko",
                     *           "price_at": "2024-03-01T12:00:00.000Z",
                     *           "price_state": "manual",
                     *           "value_usd": "17.5"
                     *         }
                     *       ],
                     *       "as_of": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PortfolioSummary"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosPerformance: {
        parameters: {
            query?: {
                /** @description A year before `to` unless given. */
                from?: string;
                /** @description Now unless given. */
                to?: string;
            };
            header?: never;
            path: {
                portfolio_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "portfolio_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "from": "2024-03-01T12:00:00.000Z",
                     *       "to": "2024-03-01T12:00:00.000Z",
                     *       "begin_value_usd": "17.5",
                     *       "begin_prices": {
                     *         "unpriced": 1,
                     *         "stale": 1,
                     *         "disputed": 1,
                     *         "manual": 1
                     *       },
                     *       "end_value_usd": "17.5",
                     *       "end_prices": {
                     *         "unpriced": 1,
                     *         "stale": 1,
                     *         "disputed": 1,
                     *         "manual": 1
                     *       },
                     *       "deposits_usd": "17.5",
                     *       "withdrawals_usd": "17.5",
                     *       "purchases_usd": "17.5",
                     *       "sales_usd": "17.5",
                     *       "gain_usd": "17.5",
                     *       "time_weighted_return": "0.1",
                     *       "time_weighted_return_yearly": "0.1",
                     *       "money_weighted_return": "0.1",
                     *       "money_weighted_return_yearly": "0.1",
                     *       "money_weighted_return_reason": "missing_price",
                     *       "simple_return": "0.1",
                     *       "complete": true,
                     *       "missing": [
                     *         {
                     *           "token_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "steps": [
                     *         {
                     *           "from": "2024-03-01T12:00:00.000Z",
                     *           "to": "2024-03-01T12:00:00.000Z",
                     *           "begin_value_usd": "17.5",
                     *           "end_value_usd": "17.5",
                     *           "end_prices": {
                     *             "unpriced": 1,
                     *             "stale": 1,
                     *             "disputed": 1,
                     *             "manual": 1
                     *           },
                     *           "flow_usd": "17.5",
                     *           "return": "0.1",
                     *           "method": "exact"
                     *         }
                     *       ],
                     *       "flows": [
                     *         {
                     *           "at": "2024-03-01T12:00:00.000Z",
                     *           "kind": "deposit",
                     *           "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "value_usd": "17.5",
                     *           "price_state": "transaction",
                     *           "fee_usd": "17.5"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Performance"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    portfoliosChart: {
        parameters: {
            query?: {
                /** @description 90 days before `to` unless given. */
                from?: string;
                /** @description Now unless given. */
                to?: string;
                interval?: "hour" | "day" | "week" | "month";
                /** @description By `auto` the picture follows what its reader prefers. */
                theme?: "light" | "dark" | "auto";
                /** @description In pixels. */
                width?: number;
            };
            header?: never;
            path: {
                portfolio_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PortfolioError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    pricesList: {
        parameters: {
            query?: {
                /** @description Inclusive; a day before `to` unless given. */
                from?: string;
                /** @description Inclusive; now unless given. */
                to?: string;
                /** @description Raw is every moment of which a price is known: 31 days at most, 366 by hour, 3,660 by day. */
                interval?: "raw" | "hour" | "day";
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "symbol": "ETH",
                     *         "name": "Ether",
                     *         "decimals": 18,
                     *         "contract_address": null
                     *       },
                     *       "chain_id": 1,
                     *       "current": {
                     *         "price_usd": "17.5",
                     *         "price_source": "coingecko",
                     *         "price_at": "2024-03-01T12:00:00.000Z",
                     *         "price_state": "manual"
                     *       },
                     *       "override": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "token": {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "symbol": "ETH",
                     *           "name": "Ether",
                     *           "decimals": 18,
                     *           "contract_address": null
                     *         },
                     *         "chain_id": 1,
                     *         "price_usd": "17.5",
                     *         "valid_from": "2024-03-01T12:00:00.000Z"
                     *       },
                     *       "items": [
                     *         {
                     *           "at": "2024-03-01T12:00:00.000Z",
                     *           "price_usd": "17.5",
                     *           "price_source": "coingecko",
                     *           "is_disputed": true
                     *         }
                     *       ],
                     *       "next_cursor": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": {
                        token: components["schemas"]["Token"];
                        /** @example 1 */
                        chain_id: number | string;
                        /** @description What the token is worth to you now. */
                        current: {
                            /** @description Your own price where you have set one. */
                            price_usd: string | null;
                            /**
                             * @description `manual` for your own.
                             * @example coingecko
                             */
                            price_source: string | null;
                            /** @description When the price held, as its source tells. */
                            price_at: string | null;
                            /**
                             * @description Stale an hour after `price_at`, and counted; disputed where sources disagree, and left out of totals.
                             * @enum {string}
                             */
                            price_state: "manual" | "current" | "stale" | "disputed" | "none";
                        };
                        /** @description Your own price, if you have set one; the list is of what sources say. */
                        override: components["schemas"]["PriceOverride"] | null;
                        items: components["schemas"]["PricePoint"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TokenError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TokenError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    pricesGetOverride: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "token": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "symbol": "ETH",
                     *         "name": "Ether",
                     *         "decimals": 18,
                     *         "contract_address": null
                     *       },
                     *       "chain_id": 1,
                     *       "price_usd": "17.5",
                     *       "valid_from": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PriceOverride"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PriceError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PriceError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    pricesSetOverride: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "price_usd": "2500.50"
                 *     }
                 */
                "application/json": {
                    /** @example 2500.50 */
                    price_usd: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description The version of this resource, for `If-Match`. */
                    ETag?: string;
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "token": {
                     *         "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *         "symbol": "ETH",
                     *         "name": "Ether",
                     *         "decimals": 18,
                     *         "contract_address": null
                     *       },
                     *       "chain_id": 1,
                     *       "price_usd": "17.5",
                     *       "valid_from": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PriceOverride"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description TokenError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "TokenError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    pricesRemoveOverride: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                token_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description PriceError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PriceError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    pricesOverrides: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "token": {
                     *             "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "symbol": "ETH",
                     *             "name": "Ether",
                     *             "decimals": 18,
                     *             "contract_address": null
                     *           },
                     *           "chain_id": 1,
                     *           "price_usd": "17.5",
                     *           "valid_from": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["PriceOverride"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    gainsList: {
        parameters: {
            query: {
                year: number;
                /** @description Only this wallet. All that you have unless given. */
                wallet?: string;
                /** @description Only the wallets of this portfolio. */
                portfolio?: string;
                /** @description A CSV file has the whole year, short-term rows first, and is no page. */
                format?: "json" | "csv";
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "kind": "SELL",
                     *           "amount": "17.5",
                     *           "symbol": "text",
                     *           "chain_id": 1,
                     *           "token_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "acquired_at": "2024-03-01T12:00:00.000Z",
                     *           "disposed_at": "2024-03-01T12:00:00.000Z",
                     *           "term": "short",
                     *           "method": "FIFO",
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fee_usd": "17.5",
                     *           "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "lot_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "acquisition_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "year": 2024,
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "portfolio_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "engine_version": "replay/2",
                     *       "settings": {
                     *         "holding_years": 1,
                     *         "wallets": [
                     *           {
                     *             "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "method": "FIFO",
                     *             "years": [
                     *               {
                     *                 "year": 1,
                     *                 "method": "FIFO"
                     *               }
                     *             ]
                     *           }
                     *         ]
                     *       },
                     *       "ledger_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "state": "current",
                     *       "totals": {
                     *         "rows": 1,
                     *         "unknown_cost": 1,
                     *         "unknown_proceeds": 1,
                     *         "proceeds_usd": "17.5",
                     *         "cost_usd": "17.5",
                     *         "gain_usd": "17.5",
                     *         "gain_usd_min": "17.5",
                     *         "gain_usd_max": "17.5",
                     *         "fees_usd": "17.5",
                     *         "short_term": {
                     *           "rows": 1,
                     *           "unknown_cost": 1,
                     *           "unknown_proceeds": 1,
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fees_usd": "17.5"
                     *         },
                     *         "long_term": {
                     *           "rows": 1,
                     *           "unknown_cost": 1,
                     *           "unknown_proceeds": 1,
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fees_usd": "17.5"
                     *         },
                     *         "unknown_term": {
                     *           "rows": 1,
                     *           "unknown_cost": 1,
                     *           "unknown_proceeds": 1,
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fees_usd": "17.5"
                     *         },
                     *         "is_complete": true
                     *       }
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Gain"][];
                        next_cursor: string | null;
                        /**
                         * @description A calendar year, in UTC.
                         * @example 2024
                         */
                        year: number;
                        wallet_uuid: string | null;
                        portfolio_uuid: string | null;
                        /** @example replay/2 */
                        engine_version: string;
                        settings: components["schemas"]["GainSettings"];
                        /**
                         * @description SHA-256 over all transactions that the figures rest on, and all that decides of each.
                         * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                         */
                        ledger_hash: string;
                        /** @enum {string} */
                        state: "current" | "recalculating";
                        totals: components["schemas"]["GainTotals"];
                    };
                    "text/csv": string;
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError or PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError" | "PortfolioError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    gainsReports: {
        parameters: {
            query?: {
                /** @description How many, at most 200. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "year": 2024,
                     *           "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "portfolio_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "engine_version": "replay/2",
                     *           "ledger_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "totals": {
                     *             "rows": 1,
                     *             "unknown_cost": 1,
                     *             "unknown_proceeds": 1,
                     *             "proceeds_usd": "17.5",
                     *             "cost_usd": "17.5",
                     *             "gain_usd": "17.5",
                     *             "gain_usd_min": "17.5",
                     *             "gain_usd_max": "17.5",
                     *             "fees_usd": "17.5",
                     *             "short_term": {
                     *               "rows": 1,
                     *               "unknown_cost": 1,
                     *               "unknown_proceeds": 1,
                     *               "proceeds_usd": "17.5",
                     *               "cost_usd": "17.5",
                     *               "gain_usd": "17.5",
                     *               "gain_usd_min": "17.5",
                     *               "gain_usd_max": "17.5",
                     *               "fees_usd": "17.5"
                     *             },
                     *             "long_term": {
                     *               "rows": 1,
                     *               "unknown_cost": 1,
                     *               "unknown_proceeds": 1,
                     *               "proceeds_usd": "17.5",
                     *               "cost_usd": "17.5",
                     *               "gain_usd": "17.5",
                     *               "gain_usd_min": "17.5",
                     *               "gain_usd_max": "17.5",
                     *               "fees_usd": "17.5"
                     *             },
                     *             "unknown_term": {
                     *               "rows": 1,
                     *               "unknown_cost": 1,
                     *               "unknown_proceeds": 1,
                     *               "proceeds_usd": "17.5",
                     *               "cost_usd": "17.5",
                     *               "gain_usd": "17.5",
                     *               "gain_usd_min": "17.5",
                     *               "gain_usd_max": "17.5",
                     *               "fees_usd": "17.5"
                     *             },
                     *             "is_complete": true
                     *           },
                     *           "created_at": "2024-03-01T12:00:00.000Z"
                     *         }
                     *       ],
                     *       "next_cursor": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11"
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["StoredReport"][];
                        next_cursor: string | null;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    gainsReport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "year": 2024
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uuid
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    wallet_uuid?: string;
                    /**
                     * Format: uuid
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    portfolio_uuid?: string;
                    /**
                     * @description A calendar year, in UTC.
                     * @example 2024
                     */
                    year: number;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "year": 2024,
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "portfolio_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "engine_version": "replay/2",
                     *       "settings": {
                     *         "holding_years": 1,
                     *         "wallets": [
                     *           {
                     *             "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "method": "FIFO",
                     *             "years": [
                     *               {
                     *                 "year": 1,
                     *                 "method": "FIFO"
                     *               }
                     *             ]
                     *           }
                     *         ]
                     *       },
                     *       "ledger_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "state": "current",
                     *       "totals": {
                     *         "rows": 1,
                     *         "unknown_cost": 1,
                     *         "unknown_proceeds": 1,
                     *         "proceeds_usd": "17.5",
                     *         "cost_usd": "17.5",
                     *         "gain_usd": "17.5",
                     *         "gain_usd_min": "17.5",
                     *         "gain_usd_max": "17.5",
                     *         "fees_usd": "17.5",
                     *         "short_term": {
                     *           "rows": 1,
                     *           "unknown_cost": 1,
                     *           "unknown_proceeds": 1,
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fees_usd": "17.5"
                     *         },
                     *         "long_term": {
                     *           "rows": 1,
                     *           "unknown_cost": 1,
                     *           "unknown_proceeds": 1,
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fees_usd": "17.5"
                     *         },
                     *         "unknown_term": {
                     *           "rows": 1,
                     *           "unknown_cost": 1,
                     *           "unknown_proceeds": 1,
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fees_usd": "17.5"
                     *         },
                     *         "is_complete": true
                     *       },
                     *       "created_at": "2024-03-01T12:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["GainReport"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError or PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError" | "PortfolioError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    gainsDeleteReport: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you read: the change is refused when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                report_uuid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; there is nothing to say */
            204: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description ReportError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ReportError";
                    };
                };
            };
            /** @description PreconditionFailed */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PreconditionFailed";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    gainsVerify: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "report": {
                 *         "year": 2024,
                 *         "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                 *         "portfolio_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                 *         "engine_version": "replay/2",
                 *         "settings": {
                 *           "holding_years": 1,
                 *           "wallets": [
                 *             {
                 *               "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                 *               "method": "FIFO",
                 *               "years": [
                 *                 {
                 *                   "year": 1,
                 *                   "method": "FIFO"
                 *                 }
                 *               ]
                 *             }
                 *           ]
                 *         },
                 *         "ledger_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                 *         "totals": {
                 *           "rows": 1,
                 *           "unknown_cost": 1,
                 *           "unknown_proceeds": 1,
                 *           "proceeds_usd": "17.5",
                 *           "cost_usd": "17.5",
                 *           "gain_usd": "17.5",
                 *           "gain_usd_min": "17.5",
                 *           "gain_usd_max": "17.5",
                 *           "fees_usd": "17.5",
                 *           "short_term": {
                 *             "rows": 1,
                 *             "unknown_cost": 1,
                 *             "unknown_proceeds": 1,
                 *             "proceeds_usd": "17.5",
                 *             "cost_usd": "17.5",
                 *             "gain_usd": "17.5",
                 *             "gain_usd_min": "17.5",
                 *             "gain_usd_max": "17.5",
                 *             "fees_usd": "17.5"
                 *           },
                 *           "long_term": {
                 *             "rows": 1,
                 *             "unknown_cost": 1,
                 *             "unknown_proceeds": 1,
                 *             "proceeds_usd": "17.5",
                 *             "cost_usd": "17.5",
                 *             "gain_usd": "17.5",
                 *             "gain_usd_min": "17.5",
                 *             "gain_usd_max": "17.5",
                 *             "fees_usd": "17.5"
                 *           },
                 *           "unknown_term": {
                 *             "rows": 1,
                 *             "unknown_cost": 1,
                 *             "unknown_proceeds": 1,
                 *             "proceeds_usd": "17.5",
                 *             "cost_usd": "17.5",
                 *             "gain_usd": "17.5",
                 *             "gain_usd_min": "17.5",
                 *             "gain_usd_max": "17.5",
                 *             "fees_usd": "17.5"
                 *           },
                 *           "is_complete": true
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uuid
                     * @description A report that was stored.
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    report_uuid?: string;
                    /** @description What a report has said of itself, but for its rows. */
                    report?: {
                        /**
                         * @description A calendar year, in UTC.
                         * @example 2024
                         */
                        year: number;
                        wallet_uuid: string | null;
                        portfolio_uuid: string | null;
                        /** @example replay/2 */
                        engine_version: string;
                        settings: components["schemas"]["GainSettings"];
                        /**
                         * @description SHA-256 over all transactions that the figures rest on, and all that decides of each.
                         * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
                         */
                        ledger_hash: string;
                        /** @enum {string} */
                        state?: "current" | "recalculating";
                        totals: components["schemas"]["GainTotals"];
                    };
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "equal": true,
                     *       "state": "current",
                     *       "engine_version": {
                     *         "reported": "text",
                     *         "recomputed": "text"
                     *       },
                     *       "ledger_hash": {
                     *         "reported": "text",
                     *         "recomputed": "text"
                     *       },
                     *       "differences": {
                     *         "settings": [
                     *           {
                     *             "name": "text",
                     *             "reported": null,
                     *             "recomputed": null
                     *           }
                     *         ],
                     *         "totals": [
                     *           {
                     *             "name": "text",
                     *             "reported": null,
                     *             "recomputed": null
                     *           }
                     *         ],
                     *         "stored_totals": [
                     *           {
                     *             "name": "text",
                     *             "stored": null,
                     *             "recomputed": null
                     *           }
                     *         ],
                     *         "transactions_changed": 1,
                     *         "transactions": [
                     *           {
                     *             "transaction_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *             "change": "changed"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Verification"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description ReportError or WalletError or PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ReportError" | "WalletError" | "PortfolioError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    gainsCompare: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "year": 2024
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uuid
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    wallet_uuid?: string;
                    /**
                     * Format: uuid
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    portfolio_uuid?: string;
                    /**
                     * @description A calendar year, in UTC.
                     * @example 2024
                     */
                    year?: number;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "year": 2024,
                     *       "wallet_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "portfolio_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "transactions": 1,
                     *       "results": [
                     *         {
                     *           "method": "FIFO",
                     *           "totals": {
                     *             "rows": 1,
                     *             "unknown_cost": 1,
                     *             "unknown_proceeds": 1,
                     *             "proceeds_usd": "17.5",
                     *             "cost_usd": "17.5",
                     *             "gain_usd": "17.5",
                     *             "gain_usd_min": "17.5",
                     *             "gain_usd_max": "17.5",
                     *             "fees_usd": "17.5",
                     *             "short_term": {
                     *               "rows": 1,
                     *               "unknown_cost": 1,
                     *               "unknown_proceeds": 1,
                     *               "proceeds_usd": "17.5",
                     *               "cost_usd": "17.5",
                     *               "gain_usd": "17.5",
                     *               "gain_usd_min": "17.5",
                     *               "gain_usd_max": "17.5",
                     *               "fees_usd": "17.5"
                     *             },
                     *             "long_term": {
                     *               "rows": 1,
                     *               "unknown_cost": 1,
                     *               "unknown_proceeds": 1,
                     *               "proceeds_usd": "17.5",
                     *               "cost_usd": "17.5",
                     *               "gain_usd": "17.5",
                     *               "gain_usd_min": "17.5",
                     *               "gain_usd_max": "17.5",
                     *               "fees_usd": "17.5"
                     *             },
                     *             "unknown_term": {
                     *               "rows": 1,
                     *               "unknown_cost": 1,
                     *               "unknown_proceeds": 1,
                     *               "proceeds_usd": "17.5",
                     *               "cost_usd": "17.5",
                     *               "gain_usd": "17.5",
                     *               "gain_usd_min": "17.5",
                     *               "gain_usd_max": "17.5",
                     *               "fees_usd": "17.5"
                     *             },
                     *             "is_complete": true
                     *           },
                     *           "cost_basis_usd": "17.5",
                     *           "unrealized_gain_usd": "17.5",
                     *           "unvalued_balances": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["MethodComparison"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description WalletError or PortfolioError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "WalletError" | "PortfolioError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    gainsWhatIf: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                 *       "amount": "1.5",
                 *       "price_usd": "2500.50",
                 *       "fee_usd": "2500.50"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uuid
                     * @example 0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11
                     */
                    balance_uuid: string;
                    /** @example 1.5 */
                    amount: string;
                    /** @example 2500.50 */
                    price_usd: string;
                    /** @default null */
                    fee_usd?: string | null;
                    /**
                     * @description The year's own unless given.
                     * @enum {string}
                     */
                    method?: "FIFO" | "LIFO" | "HIFO" | "LOFO" | "AVERAGE";
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "balance_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *       "method": "FIFO",
                     *       "sold_at": "2024-03-01T12:00:00.000Z",
                     *       "state": "current",
                     *       "slices": [
                     *         {
                     *           "amount": "17.5",
                     *           "term": "short",
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "lot_uuid": "0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11",
                     *           "acquired_at": "2024-03-01T12:00:00.000Z",
                     *           "long_term_from": "2024-03-01T12:00:00.000Z",
                     *           "days_until_long_term": 1
                     *         }
                     *       ],
                     *       "totals": {
                     *         "rows": 1,
                     *         "unknown_cost": 1,
                     *         "unknown_proceeds": 1,
                     *         "proceeds_usd": "17.5",
                     *         "cost_usd": "17.5",
                     *         "gain_usd": "17.5",
                     *         "gain_usd_min": "17.5",
                     *         "gain_usd_max": "17.5",
                     *         "fees_usd": "17.5",
                     *         "short_term": {
                     *           "rows": 1,
                     *           "unknown_cost": 1,
                     *           "unknown_proceeds": 1,
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fees_usd": "17.5"
                     *         },
                     *         "long_term": {
                     *           "rows": 1,
                     *           "unknown_cost": 1,
                     *           "unknown_proceeds": 1,
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fees_usd": "17.5"
                     *         },
                     *         "unknown_term": {
                     *           "rows": 1,
                     *           "unknown_cost": 1,
                     *           "unknown_proceeds": 1,
                     *           "proceeds_usd": "17.5",
                     *           "cost_usd": "17.5",
                     *           "gain_usd": "17.5",
                     *           "gain_usd_min": "17.5",
                     *           "gain_usd_max": "17.5",
                     *           "fees_usd": "17.5"
                     *         },
                     *         "is_complete": true
                     *       },
                     *       "left": {
                     *         "amount": "17.5",
                     *         "unknown_basis_amount": "17.5",
                     *         "cost_basis_usd": "17.5"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["SimulatedSale"];
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthenticationError */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthenticationError";
                    };
                };
            };
            /** @description BalanceError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BalanceError";
                    };
                };
            };
            /** @description ConflictError */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ConflictError";
                    };
                };
            };
            /** @description PayloadTooLarge */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "PayloadTooLarge";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    balancesRecalculateAll: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: the work goes on after the answer */
            202: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "balances": 1,
                     *       "announced": 1,
                     *       "state": "recalculating"
                     *     }
                     */
                    "application/json": {
                        balances: number;
                        /** @description A balance that waits for a replay already is not announced again. */
                        announced: number;
                        /** @constant */
                        state: "recalculating";
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    queuesList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "recalculate-balance",
                     *           "visible": 1,
                     *           "in_flight": 1,
                     *           "delayed": 1,
                     *           "dead_letters": 1,
                     *           "unsent": 1,
                     *           "oldest_age_seconds": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["Queue"][];
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
    queuesRedrive: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request has one effect and one answer, for 24 hours. */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted: the work goes on after the answer */
            202: {
                headers: {
                    /** @description Requests a minute. */
                    "RateLimit-Limit"?: number;
                    /** @description How many are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all of them are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "moved": 1
                     *     }
                     */
                    "application/json": {
                        moved: number;
                    };
                };
            };
            /** @description BadRequestException */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "BadRequestException";
                    };
                };
            };
            /** @description AuthorizationError */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "AuthorizationError";
                    };
                };
            };
            /** @description QueueError */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "QueueError";
                    };
                };
            };
            /** @description UnprocessableError */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "UnprocessableError";
                    };
                };
            };
            /** @description RateLimitError */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "RateLimitError";
                    };
                };
            };
            /** @description GeneralProcessingException */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "GeneralProcessingException";
                    };
                };
            };
            /** @description ServiceUnavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"] & {
                        /** @enum {unknown} */
                        type?: "ServiceUnavailable";
                    };
                };
            };
        };
    };
}
